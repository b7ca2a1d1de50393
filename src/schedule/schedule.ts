import { z } from 'zod'
import { curve, curveSchemas } from './curve.js'
import { perLayerSchema, scheduleOfLayer } from './per-layer.js'
import type { RunLength, Schedule } from './run-length.js'
import { warmupSchedule, warmupSchema } from './warmup.js'

export type { RunLength, Schedule } from './run-length.js'

export const learningRateSchema = z.discriminatedUnion('type', [...curveSchemas, warmupSchema, perLayerSchema])

export type LearningRateConfig = z.output<typeof learningRateSchema>

/**
 * The schedule that a config describes; of schedules per layer the default.
 *
 *     schedule(cosine(1), { epochs: 4 })(2)   // 0.5
 *
 * @param run the epochs are needed where the config leaves them to the run. Without its steps per epoch one-cycle is that
 *   of infinitely small steps
 * @throws {LayerRotationError} INVALID_CONFIG where the epochs are needed and not given
 */
export function schedule(config: LearningRateConfig, run: RunLength = {}): Schedule {
  if (config.type === 'perLayer') return schedule(config.default, run)
  return config.type === 'warmup' ? warmupSchedule(config, run) : curve(config, run)
}

/** As `schedule`, for one layer. */
export function layerSchedule(config: LearningRateConfig, layer: string, run: RunLength = {}): Schedule {
  return schedule(config.type === 'perLayer' ? scheduleOfLayer(config, layer) : config, run)
}
