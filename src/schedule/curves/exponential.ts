import { z } from 'zod'
import { rateLabel, significant } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import type { ScheduleType } from '../schedule-type.js'
import { rate } from './rates.js'

const schema = strictObject({
  /** Selects a learning rate that falls exponentially. */
  type: z.literal('exponential'),
  /** The learning rate of the first step, a finite number above 0. */
  initial: rate,
  /** The rate at the end of an epoch divided by that at its beginning, a finite number above 0. */
  factor: z.number().positive(),
})

export type ExponentialConfig = z.output<typeof schema>

/**
 * A learning rate that falls by the same factor in every epoch, a little at each step: initial · factor^t after t epochs.
 *
 *     exponential(1, { factor: 0.5 })   // epochs 0, 0.5, 1, 2, 3: 1, 0.7071, 0.5, 0.25, 0.125
 *
 * At whole epochs torch.optim.lr_scheduler.ExponentialLR.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const exponential: ConstructorWith<typeof schema, 'initial'> = constructorWith(schema, 'initial')

export default {
  schema,
  schedule: ({ initial, factor }) => {
    return (epoch) => initial * factor ** epoch
  },
  nominalRate: ({ initial }) => initial,
  text: ({ initial, factor }) => `${rateLabel(initial)}, times ${significant(factor)} each epoch`,
  changesByFactors: () => true,
  shorten: ({ factor, ...config }, share) => ({ ...config, factor: factor ** (1 / share) }),
} satisfies ScheduleType<ExponentialConfig>
