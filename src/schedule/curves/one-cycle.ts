import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { length, rate } from './rates.js'
import { epochsOf, type RunLength, type Schedule } from '../run-length.js'

export const oneCycleSchema = strictObject({
  type: z.literal('oneCycle'),
  /** The largest rate. */
  maximum: rate,
  /** The first rate is maximum / initialDivisor. At least 1. */
  initialDivisor: z.number().min(1).default(25),
  /** The last rate is the first one / finalDivisor. A finite number above 0. */
  finalDivisor: z.number().positive().default(1e4),
  /** The share of the steps in which the rate rises: 0 ≤ share < 1. */
  warmupShare: z.number().min(0).lt(1).default(0.3),
  /** The shape of the rise and of the fall. */
  anneal: z.enum(['cosine', 'linear']).default('cosine'),
  epochs: length,
})

export type OneCycleConfig = z.output<typeof oneCycleSchema>

/**
 * The one-cycle policy (arXiv 1708.07120): the learning rate rises to `maximum` and then falls far below where it began.
 * The cycle is as long as `epochs`, by default the run.
 *
 *     oneCycle(1, { epochs: 10 })   // epochs 0, 1.5, 3, 6.5, 10: 0.04, 0.52, 1, 0.5, 0.000004
 *
 * In a run it is torch.optim.lr_scheduler.OneCycleLR, step by step: the last step of the rise has the largest rate and
 * the last step of the cycle the smallest, so both turns lie one step earlier than the times above.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function oneCycle(
  maximum: number,
  options: Omit<z.input<typeof oneCycleSchema>, 'type' | 'maximum'> = {},
): OneCycleConfig {
  return validate(oneCycleSchema, { type: 'oneCycle', maximum, ...options }, 'oneCycle')
}

export function oneCycleSchedule(config: OneCycleConfig, run: RunLength): Schedule {
  const { maximum, initialDivisor, finalDivisor, warmupShare, anneal } = config
  const epochs = epochsOf(config, run)
  const step = run.stepsPerEpoch === undefined ? 0 : 1 / run.stepsPerEpoch
  const top = warmupShare * epochs - step
  const end = epochs - step
  const first = maximum / initialDivisor
  const between = anneal === 'cosine' ? cosineBetween : linearBetween
  return (epoch) => {
    if (epoch < top) return between(first, maximum, epoch / top)
    return between(maximum, first / finalDivisor, Math.min(1, (epoch - top) / (end - top)))
  }
}

const cosineBetween = (from: number, to: number, part: number) =>
  to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2

const linearBetween = (from: number, to: number, part: number) => from + (to - from) * part
