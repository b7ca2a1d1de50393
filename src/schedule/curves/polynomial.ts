import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { finalRate, length, rate } from './rates.js'
import { epochsOf, type RunLength, type Schedule } from '../run-length.js'

export const polynomialSchema = strictObject({
  type: z.literal('polynomial'),
  initial: rate,
  /** A finite number above 0: above 1 the rate falls fast at first, below 1 fast at last. */
  power: z.number().positive(),
  final: finalRate,
  epochs: length,
})

export type PolynomialConfig = z.output<typeof polynomialSchema>

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
export function polynomial(
  initial: number,
  options: Omit<z.input<typeof polynomialSchema>, 'type' | 'initial'>,
): PolynomialConfig {
  return validate(polynomialSchema, { type: 'polynomial', initial, ...options }, 'polynomial')
}

export function polynomialSchedule(config: PolynomialConfig, run: RunLength): Schedule {
  const { initial, final, power } = config
  const epochs = epochsOf(config, run)
  return (epoch) => final + (initial - final) * (1 - Math.min(1, epoch / epochs)) ** power
}
