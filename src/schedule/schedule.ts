import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { curve, curveSchemas } from './curve.js'
import { perLayerSchema, scheduleOfLayer } from './per-layer.js'
import type { RunLength, Schedule } from './run-length.js'
import { replaySchema } from './replay.js'
import { rotateToSchema } from './rotate-to.js'
import { warmupSchedule, warmupSchema } from './warmup.js'

export type { RunLength, Schedule } from './run-length.js'

const scheduleSchemas = [...curveSchemas, warmupSchema, perLayerSchema] as const

export const learningRateSchema = z.discriminatedUnion('type', [...scheduleSchemas, replaySchema, rotateToSchema])

export type LearningRateConfig = z.output<typeof learningRateSchema>

/** Rates that are known before the run. */
export type ScheduleConfig = z.output<(typeof scheduleSchemas)[number]>

/** Whether the rates are known before the run; else they follow another run or what is measured. */
export function isSchedule(config: LearningRateConfig): config is ScheduleConfig {
  return config.type !== 'replay' && config.type !== 'rotateTo'
}

/** @throws {LayerRotationError} INVALID_CONFIG where the rates are not known before the run */
export function knownSchedule(config: LearningRateConfig): ScheduleConfig {
  if (isSchedule(config)) return config
  const source = config.type === 'replay' ? 'the angles of another run' : 'what is measured during the run'
  const message = `learningRate is ${config.type}, whose rates follow ${source}; expected a schedule`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/**
 * The schedule that a config describes; of schedules per layer the default.
 *
 *     schedule(cosine(1), { epochs: 4 })(2)   // 0.5
 *
 * @param run the epochs are needed where the config leaves them to the run. Without its steps per epoch one-cycle is that
 *   of infinitely small steps
 * @throws {LayerRotationError} INVALID_CONFIG where the epochs are needed and not given, and for rates that follow another
 *   run or what is measured
 */
export function schedule(config: LearningRateConfig, run: RunLength = {}): Schedule {
  const known = knownSchedule(config)
  if (known.type === 'perLayer') return schedule(known.default, run)
  return known.type === 'warmup' ? warmupSchedule(known, run) : curve(known, run)
}

/**
 * As `schedule`, for one layer.
 *
 * @throws {LayerRotationError} INVALID_CONFIG, as `schedule`
 */
export function layerSchedule(config: LearningRateConfig, layer: string, run: RunLength = {}): Schedule {
  return schedule(config.type === 'perLayer' ? scheduleOfLayer(config, layer) : config, run)
}
