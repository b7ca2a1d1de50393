import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { finalRate, length, rate } from './rates.js'
import { epochsOf, type RunLength, type Schedule } from '../run-length.js'

export const linearSchema = strictObject({
  type: z.literal('linear'),
  initial: rate,
  final: finalRate,
  epochs: length,
})

export type LinearConfig = z.output<typeof linearSchema>

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
export function linear(
  initial: number,
  options: Omit<z.input<typeof linearSchema>, 'type' | 'initial'> = {},
): LinearConfig {
  return validate(linearSchema, { type: 'linear', initial, ...options }, 'linear')
}

export function linearSchedule(config: LinearConfig, run: RunLength): Schedule {
  const { initial, final } = config
  const epochs = epochsOf(config, run)
  return (epoch) => initial + (final - initial) * Math.min(1, epoch / epochs)
}
