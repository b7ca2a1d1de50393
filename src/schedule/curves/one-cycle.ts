import { z } from 'zod'
import { rateLabel, share, significant } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { epochsOf } from '../run-length.js'
import type { ScheduleType } from '../schedule-type.js'
import { inEpochs, length, rate, shortened } from './rates.js'

const schema = strictObject({
  /** Selects the one-cycle policy. */
  type: z.literal('oneCycle'),
  /** The largest learning rate, a finite number above 0. */
  maximum: rate,
  /**
   * The largest rate divided by the first one, at least 1.
   * @default 25
   */
  initialDivisor: z.number().min(1).default(25),
  /**
   * The first rate divided by the last one, a finite number above 0.
   * @default 10000
   */
  finalDivisor: z.number().positive().default(1e4),
  /**
   * The share of the steps in which the rate rises, 0 ≤ warmupShare < 1.
   * @default 0.3
   */
  warmupShare: z.number().min(0).lt(1).default(0.3),
  /**
   * The shape of the rise and of the fall.
   * @default "cosine"
   */
  anneal: z.enum(['cosine', 'linear']).default('cosine'),
  /**
   * The length of the cycle in epochs, not necessarily whole, above 0; null for that of the run.
   * @default null
   */
  epochs: length,
})

export type OneCycleConfig = z.output<typeof schema>

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
export const oneCycle: ConstructorWith<typeof schema, 'maximum'> = constructorWith(schema, 'maximum')

export default {
  schema,
  schedule: (config, run) => {
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
  },
  nominalRate: ({ maximum }) => maximum,
  text: ({ maximum, initialDivisor, finalDivisor, warmupShare, anneal, epochs }) => {
    const first = maximum / initialDivisor
    const rise = `${rateLabel(maximum)}, one ${anneal} cycle from ${significant(first)}, up in ${share(warmupShare)} of the steps`
    return `${rise}, then down to ${significant(first / finalDivisor)}${inEpochs(epochs)}`
  },
  changesByFactors: () => false,
  shorten: (config, share) => ({ ...config, epochs: shortened(config.epochs, share) }),
} satisfies ScheduleType<OneCycleConfig>

const cosineBetween = (from: number, to: number, part: number) =>
  to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2

const linearBetween = (from: number, to: number, part: number) => from + (to - from) * part
