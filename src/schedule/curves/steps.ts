import { z } from 'zod'
import { rateLabel, significant } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { firstAfter } from '../first-after.js'
import type { ScheduleType } from '../schedule-type.js'
import { rate } from './rates.js'

const schema = strictObject({
  /** Selects a learning rate that drops at given epochs. */
  type: z.literal('steps'),
  /** The learning rate of the first epoch, a finite number above 0. */
  initial: rate,
  /** The epochs, 0-based and ascending, at whose beginning the rate is multiplied by the factor. */
  at: z.array(z.int().min(1)).refine(isAscending, 'the epochs do not ascend; expected each once, in ascending order'),
  /** The factor of each drop, a finite number above 0. */
  factor: z.number().positive(),
})

export type StepsConfig = z.output<typeof schema>

/**
 * A learning rate that is multiplied by `factor` at the beginning of each epoch in `at`.
 *
 *     steps(1, { at: [2, 4], factor: 0.1 })   // epochs 0 … 5: 1, 1, 0.1, 0.1, 0.01, 0.01
 *
 * torch.optim.lr_scheduler.MultiStepLR, and StepLR where `at` lists the multiples of its step size.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const steps: ConstructorWith<typeof schema, 'initial'> = constructorWith(schema, 'initial')

export default {
  schema,
  schedule: ({ initial, at, factor }) => {
    return (epoch) => initial * factor ** firstAfter(at.length, (index) => at[index]!, epoch)
  },
  nominalRate: ({ initial }) => initial,
  text: ({ initial, at, factor }) =>
    at.length === 0
      ? rateLabel(initial)
      : `${rateLabel(initial)}, times ${significant(factor)} after ${at.join(', ')} epochs`,
  changesByFactors: () => true,
  shorten: ({ at, ...config }, share) => ({ ...config, at: scaledDrops(at, share) }),
} satisfies ScheduleType<StepsConfig>

/**
 * The epochs of drops in a run of `share` times the epochs. Drops that fall on the same epoch become one, and one that falls
 * on the first epoch is left out.
 */
function scaledDrops(at: readonly number[], share: number): number[] {
  return [...new Set(at.map((epoch) => Math.round(epoch * share)))].filter((epoch) => epoch > 0)
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1]!)
}
