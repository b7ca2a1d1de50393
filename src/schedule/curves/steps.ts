import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { rate } from './rates.js'
import type { Schedule } from '../run-length.js'

export const stepsSchema = strictObject({
  type: z.literal('steps'),
  initial: rate,
  /** Epochs, 0-based and ascending, from which on the rate is multiplied once more. */
  at: z.array(z.int().min(1)).refine(isAscending, 'the epochs do not ascend; expected each once, in ascending order'),
  /** A finite number above 0. */
  factor: z.number().positive(),
})

export type StepsConfig = z.output<typeof stepsSchema>

/**
 * A learning rate that is multiplied by `factor` at the beginning of each epoch in `at`.
 *
 *     steps(1, { at: [2, 4], factor: 0.1 })   // epochs 0 … 5: 1, 1, 0.1, 0.1, 0.01, 0.01
 *
 * torch.optim.lr_scheduler.MultiStepLR, and StepLR where `at` lists the multiples of its step size.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function steps(initial: number, drops: { at: number[]; factor: number }): StepsConfig {
  return validate(stepsSchema, { type: 'steps', initial, ...drops }, 'steps')
}

/** initial · factor^(number of drops up to now) */
export function stepsSchedule({ initial, at, factor }: StepsConfig): Schedule {
  return (epoch) => initial * factor ** at.filter((drop) => drop <= epoch).length
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1]!)
}
