import { z } from 'zod'
import { count, rateLabel } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import type { ScheduleType } from '../schedule-type.js'
import { rate } from './rates.js'

const schema = strictObject({
  /** Selects a learning rate that falls as the inverse square root of time. */
  type: z.literal('inverseSquareRoot'),
  /** The learning rate until the fall begins, a finite number above 0. */
  initial: rate,
  /** The epochs until the fall begins, not necessarily whole, above 0. */
  after: z.number().positive(),
})

export type InverseSquareRootConfig = z.output<typeof schema>

/**
 * A learning rate that stays for the epochs `after` and then falls as the inverse square root of time:
 * initial · √(after / max(t, after)) after t epochs, as T5 has it (section 3.1.2 of arXiv 1910.10683).
 *
 *     inverseSquareRoot(1, { after: 4 })   // epochs 0, 4, 9, 16, 64: 1, 1, 0.6667, 0.5, 0.25
 *
 * Under a warmup of the same length from 0 it is the Transformer's schedule (section 5.3 of arXiv 1706.03762):
 *
 *     warmup(inverseSquareRoot(1, { after: 4 }), { epochs: 4, factor: 0 })   // epochs 0, 2, 4, 16: 0, 0.5, 1, 0.5
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const inverseSquareRoot: ConstructorWith<typeof schema, 'initial'> = constructorWith(schema, 'initial')

export default {
  schema,
  schedule: ({ initial, after }) => {
    return (epoch) => initial * Math.sqrt(after / Math.max(epoch, after))
  },
  nominalRate: ({ initial }) => initial,
  text: ({ initial, after }) => `${rateLabel(initial)}, as 1/√t after ${count(after, 'epoch')}`,
  changesByFactors: () => true,
  shorten: ({ after, ...config }, share) => ({ ...config, after: after * share }),
} satisfies ScheduleType<InverseSquareRootConfig>
