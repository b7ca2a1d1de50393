import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { rate } from './rates.js'
import type { Schedule } from '../run-length.js'

export const exponentialSchema = strictObject({
  type: z.literal('exponential'),
  initial: rate,
  /** Of each epoch's end to its beginning. A finite number above 0. */
  factor: z.number().positive(),
})

export type ExponentialConfig = z.output<typeof exponentialSchema>

/**
 * A learning rate that falls by the same factor in every epoch, a little at each step: initial · factor^t after t epochs.
 *
 *     exponential(1, { factor: 0.5 })   // epochs 0, 0.5, 1, 2, 3: 1, 0.7071, 0.5, 0.25, 0.125
 *
 * At whole epochs torch.optim.lr_scheduler.ExponentialLR.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function exponential(initial: number, options: { factor: number }): ExponentialConfig {
  return validate(exponentialSchema, { type: 'exponential', initial, ...options }, 'exponential')
}

export function exponentialSchedule({ initial, factor }: ExponentialConfig): Schedule {
  return (epoch) => initial * factor ** epoch
}
