import { z } from 'zod'
import type { DataInput } from '../data/data.js'
import type { DataProgress } from '../data/progress.js'
import type { ExperimentConfig } from '../experiment/config.js'
import type { SplitName } from '../native/contract.js'
import { requireOptions } from '../validation/options.js'
import { pathSchema, requirePath } from '../validation/path.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

/** The options that `evaluate` and `predict` share. */
export interface ModelOptions {
  /**
   * The weights of a run, 'last' (the default), 'best', 'average' or 'initial', or a safetensors file of other weights for its network. A
   * file that is called so is `./last`.
   */
  weights?: string | undefined
  /** The experiment of weights that are no run's, or one that replaces the run's. */
  experiment?: ExperimentConfig | undefined
  /** Changes of the experiment as on the command line, `path=value` each; the network stays that of the weights. */
  settings?: readonly string[] | undefined
  /** Images that run through the network at a time; by default as many as in an evaluation during training. */
  batchSize?: number | undefined
  /** The device instead of the experiment's: 'auto', 'cpu', 'cuda' or 'cuda:1'. */
  device?: string | undefined
  /** CPU threads instead of the experiment's number. */
  threads?: number | undefined
  /** Stops the work, which then rejects with INTERRUPTED. */
  signal?: AbortSignal | undefined
  /** Called while image files are read and decoded for the first time. */
  onData?: ((progress: DataProgress) => unknown) | undefined
  /** Called with sentences for people, such as on weights with other names. */
  onNote?: ((note: string) => unknown) | undefined
}

export interface EvaluateOptions extends ModelOptions {
  /** Other data, which the network must fit; by default those of the experiment. */
  data?: DataInput | undefined
  /** The images to evaluate: 'test' (the default), 'validation', or 'train', which leaves those out that validate. */
  split?: SplitName | undefined
}

export const splitNames = ['train', 'validation', 'test'] as const satisfies readonly SplitName[]

const listener = z.custom((value) => typeof value === 'function', 'expected a function').optional()

const shared = {
  weights: pathSchema.optional(),
  experiment: z.unknown().optional(),
  settings: z.array(z.string()).optional(),
  batchSize: z.int().min(1).optional(),
  device: z.string().optional(),
  threads: z.int().min(1).max(1024).optional(),
  signal: z.custom((value) => value instanceof AbortSignal, 'expected an AbortSignal').optional(),
  onData: listener,
  onNote: listener,
}

const predictSchema = strictObject(shared)
const evaluateSchema = strictObject({
  ...shared,
  data: z.unknown().optional(),
  split: z.enum(splitNames).optional(),
})

/** Checks the arguments of `evaluate`. @throws {LayerRotationError} INVALID_CONFIG */
export function requireEvaluateArguments(model: unknown, options: unknown): void {
  requirePath(model, 'evaluate', 'model')
  requireOptions(options, 'evaluate')
  validate(evaluateSchema, options, 'options of evaluate')
}

/** Does the same for `predict`. */
export function requirePredictArguments(model: unknown, options: unknown): void {
  requirePath(model, 'predict', 'model')
  requireOptions(options, 'predict')
  validate(predictSchema, options, 'options of predict')
}
