import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { geluSchema, leakyReluSchema, reluSchema } from './layers/activation.js'
import { convSchema } from './layers/conv.js'
import { denseSchema } from './layers/dense.js'
import { dropoutSchema } from './layers/dropout.js'
import { flattenSchema } from './layers/flatten.js'
import { layerName } from './layers/name.js'
import { batchNormSchema, groupNormSchema, layerNormSchema } from './layers/normalization.js'
import { averagePoolSchema, globalAveragePoolSchema, maxPoolSchema } from './layers/pooling.js'

export { gelu, leakyRelu, relu } from './layers/activation.js'
export { conv } from './layers/conv.js'
export { dense } from './layers/dense.js'
export { dropout } from './layers/dropout.js'
export { flatten } from './layers/flatten.js'
export { batchNorm, groupNorm, layerNorm } from './layers/normalization.js'
export { averagePool, globalAveragePool, maxPool } from './layers/pooling.js'

const simpleSchemas = [
  convSchema,
  denseSchema,
  batchNormSchema,
  layerNormSchema,
  groupNormSchema,
  reluSchema,
  leakyReluSchema,
  geluSchema,
  maxPoolSchema,
  averagePoolSchema,
  globalAveragePoolSchema,
  dropoutSchema,
  flattenSchema,
] as const

/** Any layer without layers of its own. */
export type SimpleLayer = z.output<(typeof simpleSchemas)[number]>

/** y = layers(x) + shortcut(x) */
export interface Residual {
  type: 'residual'
  name: string
  layers: LayerSpec[]
  /** Empty for the identity. */
  shortcut: LayerSpec[]
}

/** One layer of a model, as a config holds it: defaults filled in. */
export type LayerSpec = SimpleLayer | Residual

/** One layer as it may be written: without its defaults. */
export type LayerInput = z.input<(typeof simpleSchemas)[number]> | ResidualInput

interface ResidualInput {
  type: 'residual'
  name: string
  layers: readonly LayerInput[]
  shortcut?: readonly LayerInput[] | undefined
}

const residualSchema = strictObject({
  type: z.literal('residual'),
  name: layerName,
  layers: z.lazy(() => layerList(1)),
  shortcut: z.lazy(() => layerList(0)).default([]),
})

const layerSchema: z.ZodType<LayerSpec, LayerInput> = z.discriminatedUnion('type', [...simpleSchemas, residualSchema])

/** Layers one after the other, at least `minimum` of them. */
export function layerList(minimum: 0 | 1): z.ZodType<LayerSpec[], readonly LayerInput[]> {
  const list = z.array(layerSchema).min(minimum)
  // Before the array descends into them: a file may nest layers deeper than the stack is high.
  return z.unknown().superRefine(limitNesting).pipe(list) as unknown as z.ZodType<LayerSpec[], readonly LayerInput[]>
}

/**
 * The sum of two ways from the same input: y = layers(x) + shortcut(x). Without a shortcut, y = layers(x) + x. Both must
 * have the same shape. Residual layers may lie in each other, 8 deep.
 *
 *     residual({
 *       name: 'block0',
 *       layers: [conv({ name: 'block0.conv0', … }), relu({ name: 'block0.relu0' }), conv({ name: 'block0.conv1', … })],
 *       shortcut: [conv({ name: 'block0.shortcut', … })],
 *     })
 *
 * It has no parameters of its own. Its layers' names are whole: their prefix is not added. Of its monitored layers, those
 * in `layers` come before those in `shortcut`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const residual = (options: Omit<ResidualInput, 'type'>) =>
  validate(residualSchema, { type: 'residual', ...options }, 'residual')

const deepestNesting = 8

function limitNesting(layers: unknown, context: z.RefinementCtx): void {
  const open: { list: unknown; path: (string | number)[]; depth: number }[] = [{ list: layers, path: [], depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { list, path, depth } = next
    if (!Array.isArray(list)) continue
    if (depth > deepestNesting) {
      const message = `residual layers lie in each other more than ${deepestNesting} deep; expected at most ${deepestNesting}`
      return context.addIssue({ code: 'custom', path, message })
    }
    for (const [index, layer] of (list as unknown[]).entries()) {
      const { layers, shortcut } = (layer ?? {}) as { layers?: unknown; shortcut?: unknown }
      open.push({ list: layers, path: [...path, index, 'layers'], depth: depth + 1 })
      open.push({ list: shortcut, path: [...path, index, 'shortcut'], depth: depth + 1 })
    }
  }
}
