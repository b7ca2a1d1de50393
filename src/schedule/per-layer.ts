import { z } from 'zod'
import { constructorOf, type Constructor } from '../validation/constructor.js'
import { matchesGlob } from '../validation/glob.js'
import { entryOf, schemasOf } from '../validation/registry.js'
import { strictObject } from '../validation/strict-object.js'
import type { CurveConfig } from './curve.js'
import curves from './curves/curves.js'
import type { ScheduleType } from './schedule-type.js'
import { warmupType } from './warmup-type.js'

/** The kinds of schedule that are the same for all layers. */
const layerSchedules = [...curves, warmupType] as const

const layerScheduleSchema = z.discriminatedUnion('type', schemasOf(layerSchedules))

/** A schedule that is the same for all layers. */
export type LayerScheduleConfig = z.output<typeof layerScheduleSchema>

const typeOf = (schedule: LayerScheduleConfig): ScheduleType<LayerScheduleConfig, CurveConfig> =>
  entryOf<ScheduleType<LayerScheduleConfig, CurveConfig>>(layerSchedules, schedule)

const schema = strictObject({
  /** Selects schedules by layer. */
  type: z.literal('perLayer'),
  /** The schedule of all layers that no pattern matches; metrics.csv shows its rate. */
  default: layerScheduleSchema,
  /** Schedules by pattern of layer names: `*` stands for any characters, `?` for one. The last pattern that matches counts. */
  layers: z.record(z.string(), layerScheduleSchema),
})

export type PerLayerConfig = z.output<typeof schema>

/**
 * Separate schedules for some layers.
 *
 *     perLayer({ default: steps(0.1, { at: [90], factor: 0.2 }), layers: { 'dense*': constant(0.01) } })
 *
 * Every pattern must match a layer of the experiment's model.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const perLayer: Constructor<typeof schema> = constructorOf(schema)

/** The schedule of one layer. */
export function scheduleOfLayer(config: PerLayerConfig, layer: string): LayerScheduleConfig {
  const match = Object.entries(config.layers).findLast(([pattern]) => matchesGlob(layer, pattern))
  return match?.[1] ?? config.default
}

export const perLayerType = {
  schema,
  schedule: (config, run) => typeOf(config.default).schedule(config.default, run),
  nominalRate: (config) => typeOf(config.default).nominalRate(config.default),
  text: (config) => {
    const layers = Object.entries(config.layers).map(([pattern, each]) => `; of ${pattern} ${typeOf(each).text(each)}`)
    return typeOf(config.default).text(config.default) + layers.join('')
  },
  changesByFactors: (config) =>
    [config.default, ...Object.values(config.layers)].every((each) => typeOf(each).changesByFactors(each)),
  shorten: (config, share) => {
    const shorten = (each: LayerScheduleConfig) => typeOf(each).shorten(each, share)
    const layers = Object.entries(config.layers).map(([pattern, each]) => [pattern, shorten(each)] as const)
    return { ...config, default: shorten(config.default), layers: Object.fromEntries(layers) }
  },
  inner: (config) => [
    { path: ['default'], schedule: config.default },
    ...Object.entries(config.layers).map(([pattern, schedule]) => ({ path: ['layers', pattern], schedule })),
  ],
} satisfies ScheduleType<PerLayerConfig, LayerScheduleConfig>
