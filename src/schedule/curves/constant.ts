import { z } from 'zod'
import { rateLabel } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import type { ScheduleType } from '../schedule-type.js'
import { rate } from './rates.js'

const schema = strictObject({
  /** Selects a constant learning rate. */
  type: z.literal('constant'),
  /** The learning rate, a finite number above 0. */
  initial: rate,
})

export type ConstantConfig = z.output<typeof schema>

/**
 * The same learning rate from the first step to the last.
 *
 *     constant(0.1)   // 0.1, 0.1, 0.1, …
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const constant: ConstructorWith<typeof schema, 'initial'> = constructorWith(schema, 'initial')

export default {
  schema,
  schedule: ({ initial }) => {
    return () => initial
  },
  nominalRate: ({ initial }) => initial,
  text: ({ initial }) => `${rateLabel(initial)}, constant`,
  changesByFactors: () => true,
  shorten: (config) => config,
} satisfies ScheduleType<ConstantConfig>
