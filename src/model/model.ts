import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { layerSchema, type LayerSpec } from './layers.js'
import { mlpLayers, mlpSchema } from './mlp.js'

const layersSchema = z.array(layerSchema).min(1).superRefine(nameEachOnce)

/** A model as a config holds it: its type and its layers in forward order. */
const expandedSchema = strictObject({ type: z.literal('mlp'), layers: layersSchema })

/** The short form of a hand-written file, `{ type: 'mlp', hidden: [784], batchNorm: true }`. */
const shortSchema = mlpSchema
  .extend({ type: z.literal('mlp') })
  .transform((options): z.input<typeof expandedSchema> => ({ type: 'mlp', layers: mlpLayers(options) }))

/** Takes both forms, gives the expanded one. */
export const modelSchema = z.unknown().transform((value, context) => {
  const schema = isShort(value) ? shortSchema.pipe(expandedSchema) : expandedSchema
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  context.issues.push(...(result.error.issues as z.core.$ZodRawIssue[]))
  return z.NEVER
})

export type ModelConfig = z.output<typeof expandedSchema>
export type ModelInput = z.input<typeof expandedSchema> | z.input<typeof shortSchema>

function isShort(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !('layers' in value)
}

function nameEachOnce(layers: LayerSpec[], context: z.RefinementCtx<LayerSpec[]>): void {
  const seen = new Map<string, number>()
  for (const [index, { name }] of layers.entries()) {
    const first = seen.get(name)
    if (first !== undefined) {
      const message = `${JSON.stringify(name)} is already the name of layer ${first}; expected a name for each layer`
      context.addIssue({ code: 'custom', path: [index, 'name'], message })
    }
    seen.set(name, first ?? index)
  }
}
