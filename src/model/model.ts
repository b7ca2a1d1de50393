import { z } from 'zod'
import { expectation } from '../validation/expectation.js'
import { requireOptions } from '../validation/options.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { exportedLayer, exportedOptions, type ExportedOptions } from './exported/exported.js'
import { layerList, type LayerInput, type LayerSpec } from './layers.js'
import { isZooName, zooNames, zooNetwork, type ZooInput, type ZooName } from './zoo/zoo.js'

const typeSchema = z.enum(['network', 'exported', ...zooNames])

const expandedSchema = strictObject({ type: typeSchema, layers: layerList(1).superRefine(nameEachOnce) })

/**
 * Accepts the expanded form and the short one of a hand-written file, `{ type: 'mlp', hidden: [784], batchNorm: true }`;
 * returns the expanded one.
 */
export const modelSchema = z.unknown().transform((value, context) => {
  const result = schemaOf(value).safeParse(value, { reportInput: true, error: expectation })
  if (result.success) return result.data
  context.issues.push(...(result.error.issues as z.core.$ZodRawIssue[]))
  return z.NEVER
}) as z.ZodType<unknown> as z.ZodType<ModelConfig, ModelInput>

/** A model as a config holds it. */
export interface ModelConfig {
  /** The network of the zoo that the layers were made from; 'exported' for one from PyTorch, 'network' for other layers. */
  type: 'network' | 'exported' | ZooName
  /** The layers in forward order, defaults filled in. */
  layers: LayerSpec[]
}

/** A model as it may be written: with its layers, which may leave out their defaults, or in short. */
export type ModelInput = ExpandedInput | ExportedInput | ZooInput

interface ExportedInput extends ExportedOptions {
  /** A network of PyTorch, from its file. */
  type: 'exported'
}

interface ExpandedInput {
  /** The network of the zoo that the layers were made from; 'exported' for one from PyTorch, 'network' for other layers. */
  type: ModelConfig['type']
  /** The layers in forward order, at least one. The last one gives one number for each class. */
  layers: readonly LayerInput[]
}

/**
 * A network of your own: its layers in forward order. The last one gives one number for each class.
 *
 *     network({
 *       layers: [
 *         conv({ name: 'conv0', filters: 32, kernel: 3, padding: 'same' }),
 *         relu({ name: 'relu0' }),
 *         globalAveragePool({ name: 'pool' }),
 *         dense({ name: 'dense', units: 10 }),
 *       ],
 *     })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function network(options: Omit<ExpandedInput, 'type'>): ModelConfig {
  requireOptions(options, 'network')
  return validate(expandedSchema, { ...options, type: 'network' }, 'network')
}

/** Returns the schema of the form that `value` seems to have, so that its errors are about that form. */
function schemaOf(value: unknown): z.ZodType<ModelConfig> {
  const type: unknown = (value as { type?: unknown } | null | undefined)?.type
  // The error is about the type alone, because the other keys depend on it.
  if (!typeSchema.safeParse(type).success) return z.object({ type: typeSchema }).pipe(z.never())
  if ('layers' in (value as object)) return expandedSchema
  if (type === 'exported') return exportedSchema
  return isZooName(type) ? shortSchema(type) : expandedSchema
}

const exportedForm = exportedOptions.extend({ type: z.literal('exported') })

const exportedSchema = exportedForm.transform((options): ModelConfig => ({
  type: 'exported',
  layers: [exportedLayer(options)],
}))

function shortSchema(name: ZooName): z.ZodType<ModelConfig> {
  const { options, layers } = zooNetwork(name)
  return options
    .extend({ type: z.literal(name) })
    .transform((checked): z.input<typeof expandedSchema> => ({ type: name, layers: layers(checked) }))
    .pipe(expandedSchema)
}

function nameEachOnce(layers: readonly LayerSpec[], context: z.RefinementCtx): void {
  const seen = new Map<string, string>()
  for (const { name, path } of namesOf(layers)) {
    const first = seen.get(name)
    if (first !== undefined) {
      const message = `${JSON.stringify(name)} is already the name of layer ${first}; expected a name for each layer`
      context.addIssue({ code: 'custom', path: [...path, 'name'], message })
    }
    seen.set(name, first ?? path.join('.'))
  }
}

function* namesOf(
  layers: readonly LayerSpec[],
  parents: readonly (string | number)[] = [],
): Generator<{ name: string; path: (string | number)[] }> {
  for (const [index, layer] of layers.entries()) {
    const path = [...parents, index]
    yield { name: layer.name, path }
    if (layer.type === 'exported')
      yield* layer.parts.map(({ name }, part) => ({ name, path: [...path, 'parts', part] }))
    if (layer.type !== 'residual') continue
    yield* namesOf(layer.layers, [...path, 'layers'])
    yield* namesOf(layer.shortcut, [...path, 'shortcut'])
  }
}

/**
 * The forms that `modelSchema` accepts, each as a schema of its own: layers in full, a network from PyTorch, or one of the zoo in short. The build
 * makes the JSON Schema from them.
 *
 * @public
 */
export function modelForms(): [z.ZodType, ...z.ZodType[]] {
  const short = zooNames.map((name) => zooNetwork(name).options.extend({ type: z.literal(name) }))
  return [strictObject({ type: typeSchema, layers: layerList(1) }), exportedForm, ...short]
}
