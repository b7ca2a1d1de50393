import { z } from 'zod'
import { rateLabel, significant } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { epochsOf } from '../run-length.js'
import type { ScheduleType } from '../schedule-type.js'
import { finalRate, inEpochs, length, rate, shortened } from './rates.js'

const schema = strictObject({
  /** Selects a learning rate on a straight line. */
  type: z.literal('linear'),
  /** The learning rate of the first step, a finite number above 0. */
  initial: rate,
  /**
   * The learning rate at the end of the line and after it, a finite number of at least 0.
   * @default 0
   */
  final: finalRate,
  /**
   * The length of the line in epochs, not necessarily whole, above 0; null for that of the run.
   * @default null
   */
  epochs: length,
})

export type LinearConfig = z.output<typeof schema>

/**
 * A learning rate that goes from `initial` to `final` on a straight line and stays there. The line is as long as `epochs`,
 * by default the run.
 *
 *     linear(1, { epochs: 4 })               // epochs 0 … 5: 1, 0.75, 0.5, 0.25, 0, 0
 *     linear(1, { final: 0.2, epochs: 2 })   // epochs 0 … 3: 1, 0.6, 0.2, 0.2
 *
 * torch.optim.lr_scheduler.LinearLR.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const linear: ConstructorWith<typeof schema, 'initial'> = constructorWith(schema, 'initial')

export default {
  schema,
  schedule: (config, run) => {
    const { initial, final } = config
    const epochs = epochsOf(config, run)
    return (epoch) => initial + (final - initial) * Math.min(1, epoch / epochs)
  },
  nominalRate: ({ initial }) => initial,
  text: ({ initial, final, epochs }) => `${rateLabel(initial)} to ${significant(final)}, linear${inEpochs(epochs)}`,
  changesByFactors: () => false,
  shorten: (config, share) => ({ ...config, epochs: shortened(config.epochs, share) }),
} satisfies ScheduleType<LinearConfig>
