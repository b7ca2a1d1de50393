import { z } from 'zod'
import { matchesGlob } from '../validation/glob.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { curveSchemas } from './curve.js'
import { warmupSchema } from './warmup.js'

const layerScheduleSchema = z.discriminatedUnion('type', [...curveSchemas, warmupSchema])

/** A schedule that is the same for all layers. */
export type LayerScheduleConfig = z.output<typeof layerScheduleSchema>

export const perLayerSchema = strictObject({
  type: z.literal('perLayer'),
  /** Of all layers that no pattern matches; metrics.csv has its rate. */
  default: layerScheduleSchema,
  /** By pattern of layer names: * stands for any characters, ? for one. Of several that match, the last one counts. */
  layers: z.record(z.string(), layerScheduleSchema),
})

export type PerLayerConfig = z.output<typeof perLayerSchema>

/**
 * Schedules of their own for some layers.
 *
 *     perLayer({ default: steps(0.1, { at: [90], factor: 0.2 }), layers: { 'dense*': constant(0.01) } })
 *
 * Every pattern must match a layer of the experiment's model.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function perLayer(schedules: Omit<z.input<typeof perLayerSchema>, 'type'>): PerLayerConfig {
  return validate(perLayerSchema, { type: 'perLayer', ...schedules }, 'perLayer')
}

/** The schedule of one layer. */
export function scheduleOfLayer(config: PerLayerConfig, layer: string): LayerScheduleConfig {
  const match = Object.entries(config.layers).findLast(([pattern]) => matchesGlob(layer, pattern))
  return match?.[1] ?? config.default
}
