import type { z } from 'zod'
import type { RunLength, Schedule } from './run-length.js'

/** The default export of the file of a kind of learning rate, beside the constructor and the config type. */
export interface LearningRateType<Config extends { type: string }> {
  schema: z.ZodObject<{ type: z.ZodLiteral<Config['type']> }>
  /** The one number that stands for the rates in tables and labels, which the user gave; null if there is none. */
  nominalRate(config: Config): number | null
  /** The rates in words, for reports. */
  text(config: Config): string
}

/**
 * A kind of learning rate that is known before the run.
 *
 * @typeParam Inner the schedules that it may contain
 */
export interface ScheduleType<Config extends { type: string }, Inner = never> extends LearningRateType<Config> {
  /** @throws {LayerRotationError} INVALID_CONFIG if the config leaves the epochs to a run whose epochs are not given */
  schedule(config: Config, run: RunLength): Schedule
  /** Tells whether the rate changes by factors and never approaches 0, so that a logarithmic axis shows it best. */
  changesByFactors(config: Config): boolean
  /**
   * The same schedule in a run of `share` times the epochs, 0 < share ≤ 1: all times in it shrink with the run. Times that are
   * whole epochs are rounded, and what falls together or leaves the run that way is left out.
   */
  shorten(config: Config, share: number): Config
  /** The schedules that the config consists of, each with the path to it. */
  inner?(config: Config): { path: string[]; schedule: Inner }[]
  /**
   * Returns the reason why the config does not fit a run of `epochs` epochs, and the key in question; undefined if it
   * fits.
   */
  misfit?(config: Config, epochs: number): { key: string; message: string } | undefined
  /** The steps per epoch that the run must have; null if any will do. */
  stepsPerEpoch?(config: Config): number | null
}

/** A kind of learning rate that follows something during the run. */
export interface FollowingType<Config extends { type: string }> extends LearningRateType<Config> {
  /** The quantity or run that the rates follow, in words. */
  follows: string
  /** Tells whether the rates set the angle of every step, which only Layca by layer turns into one. */
  setsAngles: boolean
}
