import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { requireOptions } from '../validation/options.js'
import { pathSchema } from '../validation/path.js'
import { validate } from '../validation/validate.js'
import { differenceNames } from './differences.js'

const listener = z.custom((value) => typeof value === 'function', 'expected a function').optional()
const signal = z.custom((value) => value instanceof AbortSignal, 'expected an AbortSignal').optional()
const path = pathSchema.optional()

/** The options that train and resume share. */
const shared = {
  onData: listener,
  onNote: listener,
  onStart: listener,
  onProgress: listener,
  onStep: listener,
  onEvaluation: listener,
  onEpochEnd: listener,
  signal,
}

/** The options of train. */
export const trainSchema = strictObject({
  ...shared,
  runsFolder: path,
  label: path,
  folder: path,
  definition: strictObject({ experiment: z.string(), overrides: z.array(z.string()) }).optional(),
})
const resumeSchema = strictObject({
  ...shared,
  config: z.unknown().optional(),
  accept: z.array(z.enum(differenceNames)).optional(),
  overrides: z.array(z.string()).optional(),
})

/** Checks the options of train before anything is done with them. @throws {LayerRotationError} INVALID_CONFIG */
export function requireTrainOptions(options: unknown): void {
  requireOptions(options, 'train')
  validate(trainSchema, options, 'options of train')
}

/** Does the same for those of resume. @throws {LayerRotationError} INVALID_CONFIG */
export function requireResumeOptions(options: unknown): void {
  requireOptions(options, 'resume')
  validate(resumeSchema, options, 'options of resume')
}

/**
 * A signal of one training that aborts when `signal` does. Each training listens to its own: any number of trainings share
 * one AbortSignal without Node's warning of a leak.
 */
export const ownSignal = (signal: AbortSignal | undefined): AbortSignal | undefined =>
  signal && AbortSignal.any([signal])
