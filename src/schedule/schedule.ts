import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { entryOf, schemasOf } from '../validation/registry.js'
import { validate } from '../validation/validate.js'
import curves from './curves/curves.js'
import { perLayerType, scheduleOfLayer, type LayerScheduleConfig } from './per-layer.js'
import { plateauType } from './plateau.js'
import { replayType } from './replay.js'
import { rotateToType } from './rotate-to.js'
import type { RunLength, Schedule } from './run-length.js'
import type { FollowingType, LearningRateType, ScheduleType } from './schedule-type.js'
import { warmupType } from './warmup-type.js'

export type { RunLength, Schedule } from './run-length.js'

/** The kinds of learning rates that are known before the run. */
const schedules = [...curves, warmupType, perLayerType] as const

/** The kinds of learning rates that follow something during the run. */
const followings = [plateauType, replayType, rotateToType] as const

export const learningRateSchema = z.discriminatedUnion('type', [...schemasOf(schedules), ...schemasOf(followings)])

export type LearningRateConfig = z.output<typeof learningRateSchema>

/** Learning rates that are known before the run. */
export type ScheduleConfig = z.output<(typeof schedules)[number]['schema']>

type FollowingConfig = Exclude<LearningRateConfig, ScheduleConfig>

/** Tells whether the rates are known before the run; else they follow another run or what is measured. */
export function isSchedule(config: LearningRateConfig): config is ScheduleConfig {
  return schedules.some(({ schema }) => schema.shape.type.value === config.type)
}

/** Returns the registry's entry for a schedule. */
export const scheduleType = (config: ScheduleConfig): ScheduleType<ScheduleConfig, LayerScheduleConfig> =>
  entryOf<ScheduleType<ScheduleConfig, LayerScheduleConfig>>(schedules, config)

/** Tells whether the rates set the angle of every step of every layer, as those of `replay` and `rotateTo` do. */
export const setsAngles = (config: LearningRateConfig): boolean =>
  !isSchedule(config) && followingType(config).setsAngles

const followingType = (config: FollowingConfig): FollowingType<FollowingConfig> =>
  entryOf<FollowingType<FollowingConfig>>(followings, config)

/** Returns the registry's entry for any learning rate. */
export const learningRateType = (config: LearningRateConfig): LearningRateType<LearningRateConfig> =>
  isSchedule(config) ? scheduleType(config) : followingType(config)

/**
 * Returns the schedule of a config whose rates are known before the run.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if they are not
 */
export function knownSchedule(config: LearningRateConfig): ScheduleConfig {
  return requireKnown(checked(config, 'knownSchedule'))
}

/** Checks a config that a program gives; those of an experiment are checked already, and a table may have a million rates. */
const checked = (config: unknown, subject: string): LearningRateConfig =>
  validate(z.object({ learningRate: learningRateSchema }), { learningRate: config }, subject).learningRate

function requireKnown(config: LearningRateConfig): ScheduleConfig {
  if (isSchedule(config)) return config
  const message = `learningRate is ${config.type}, whose rates follow ${followingType(config).follows}; expected a schedule`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/**
 * The schedule that a config describes; the default one for schedules per layer.
 *
 *     schedule(cosine(1), { epochs: 4 })(2)   // 0.5
 *
 * @param run the epochs are needed where the config leaves them to the run. Without its steps per epoch one-cycle is that
 *   of infinitely small steps
 * @throws {LayerRotationError} INVALID_CONFIG where the epochs are needed and not given, and for rates that follow another
 *   run or what is measured
 */
export function schedule(config: LearningRateConfig, run: RunLength = {}): Schedule {
  return scheduleOf(checked(config, 'schedule'), checkedLength(run, 'schedule'))
}

/** Does the same with the config of an experiment. */
export function scheduleOf(config: LearningRateConfig, run: RunLength): Schedule {
  const known = requireKnown(config)
  return scheduleType(known).schedule(known, run)
}

/**
 * A schedule of an experiment in a run of `share` times its epochs, 0 < share ≤ 1: drops, falls and warmups keep their place in
 * the run.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for rates that follow another run or what is measured
 */
export function shortenedSchedule(config: LearningRateConfig, share: number): ScheduleConfig {
  const known = requireKnown(config)
  return scheduleType(known).shorten(known, share)
}

const lengthSchema = z.object({
  epochs: z.number().positive().optional(),
  stepsPerEpoch: z.int().min(1).optional(),
})

function checkedLength(run: RunLength, subject: string): RunLength {
  validate(lengthSchema, run, subject)
  return run
}

/**
 * The schedule of one layer, which `schedule` is for all layers but those with their own.
 *
 * @throws {LayerRotationError} INVALID_CONFIG as `schedule` does
 */
export function layerSchedule(config: LearningRateConfig, layer: string, run: RunLength = {}): Schedule {
  return scheduleOfOne(checked(config, 'layerSchedule'), layer, checkedLength(run, 'layerSchedule'))
}

/** Does the same with the config of an experiment. */
export function scheduleOfOne(config: LearningRateConfig, layer: string, run: RunLength): Schedule {
  return scheduleOf(config.type === 'perLayer' ? scheduleOfLayer(config, layer) : config, run)
}
