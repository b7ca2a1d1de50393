import { z } from 'zod'
import { count, rateLabel, significant } from '../numbers.js'
import { constructorWith, type ConstructorWith } from '../validation/constructor.js'
import { strictObject } from '../validation/strict-object.js'
import { finalRate, rate } from './curves/rates.js'
import type { FollowingType } from './schedule-type.js'

const schema = strictObject({
  /** Selects a learning rate that is reduced when a measure stops improving. */
  type: z.literal('plateau'),
  /** The learning rate of the first step, a finite number above 0. */
  initial: rate,
  /**
   * The measure of metrics.csv that has to improve: a loss falls, an accuracy rises. Those of the validation images need a
   * `validation` split.
   * @default "valLoss"
   */
  metric: z.enum(['trainLoss', 'valLoss', 'valAccuracy']).default('valLoss'),
  /**
   * The rate after a reduction divided by that before it, above 0 and below 1.
   * @default 0.1
   */
  factor: z.number().positive().lt(1).default(0.1),
  /**
   * The number of epochs in a row without an improvement that pass without a reduction, at least 0: the next one reduces the
   * rate. Of a measure of the validation images, evaluations count.
   * @default 10
   */
  patience: z.int().min(0).default(10),
  /**
   * The least improvement on the best value so far, at least 0.
   * @default 0.0001
   */
  threshold: z.number().min(0).default(1e-4),
  /**
   * The improvement that the threshold means: 'relative', a share of the best value; 'absolute', a difference.
   * @default "relative"
   */
  thresholdMode: z.enum(['relative', 'absolute']).default('relative'),
  /**
   * The number of epochs, or evaluations, after a reduction that do not count, at least 0.
   * @default 0
   */
  cooldown: z.int().min(0).default(0),
  /**
   * The smallest learning rate, at least 0.
   * @default 0
   */
  minimum: finalRate,
})

export type PlateauConfig = z.output<typeof schema>

/**
 * A learning rate that falls by a factor whenever a measure has not improved for more than `patience` epochs:
 * torch.optim.lr_scheduler.ReduceLROnPlateau, which is stepped after each evaluation. As there, a reduction by no more than
 * 1e-8 is left out. Multipliers and groups scale the reduced rate.
 *
 *     plateau(0.1)                                                   // a tenth after 11 epochs without a smaller valLoss
 *     plateau(0.1, { metric: 'trainLoss', factor: 0.5, patience: 3, minimum: 1e-4 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const plateau: ConstructorWith<typeof schema, 'initial'> = constructorWith(schema, 'initial')

export const plateauType = {
  schema,
  nominalRate: ({ initial }) => initial,
  text: ({ initial, metric, factor, patience }) =>
    `${rateLabel(initial)}, times ${significant(factor)} after ${count(patience + 1, 'epoch')} without a better ${metric}`,
  follows: 'what is measured during the run',
  setsAngles: false,
} satisfies FollowingType<PlateauConfig>
