import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { rate } from './rates.js'
import type { Schedule } from '../run-length.js'

export const constantSchema = strictObject({
  type: z.literal('constant'),
  initial: rate,
})

export type ConstantConfig = z.output<typeof constantSchema>

/**
 * The same learning rate from the first step to the last.
 *
 *     constant(0.1)   // 0.1, 0.1, 0.1, …
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function constant(initial: number): ConstantConfig {
  return validate(constantSchema, { type: 'constant', initial }, 'constant')
}

export function constantSchedule({ initial }: ConstantConfig): Schedule {
  return () => initial
}
