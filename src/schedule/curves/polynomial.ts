import { z } from 'zod'
import { rateLabel, significant } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { epochsOf } from '../run-length.js'
import type { ScheduleType } from '../schedule-type.js'
import { finalRate, inEpochs, length, rate, shortened } from './rates.js'

const schema = strictObject({
  /** Selects a learning rate that falls as a power of the remaining epochs. */
  type: z.literal('polynomial'),
  /** The learning rate of the first step, a finite number above 0. */
  initial: rate,
  /** The exponent, a finite number above 0: above 1 the rate falls fast at first, below 1 fast at last. */
  power: z.number().positive(),
  /**
   * The learning rate at the end of the fall and after it, a finite number of at least 0.
   * @default 0
   */
  final: finalRate,
  /**
   * The length of the fall in epochs, not necessarily whole, above 0; null for that of the run.
   * @default null
   */
  epochs: length,
})

export type PolynomialConfig = z.output<typeof schema>

/**
 * A learning rate that goes to `final` as a power of the epochs that remain: final + (initial - final) · (1 - t/T)^power
 * after t of T epochs, and stays there. T is `epochs`, by default those of the run.
 *
 *     polynomial(1, { power: 2, epochs: 4 })   // epochs 0 … 5: 1, 0.5625, 0.25, 0.0625, 0, 0
 *
 * With `final` 0 torch.optim.lr_scheduler.PolynomialLR.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const polynomial: ConstructorWith<typeof schema, 'initial'> = constructorWith(schema, 'initial')

export default {
  schema,
  schedule: (config, run) => {
    const { initial, final, power } = config
    const epochs = epochsOf(config, run)
    return (epoch) => final + (initial - final) * (1 - Math.min(1, epoch / epochs)) ** power
  },
  nominalRate: ({ initial }) => initial,
  text: ({ initial, final, power, epochs }) =>
    `${rateLabel(initial)} to ${significant(final)} with power ${significant(power)}${inEpochs(epochs)}`,
  changesByFactors: () => false,
  shorten: (config, share) => ({ ...config, epochs: shortened(config.epochs, share) }),
} satisfies ScheduleType<PolynomialConfig>
