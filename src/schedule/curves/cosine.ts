import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { finalRate, length, rate } from './rates.js'
import { epochsOf, type RunLength, type Schedule } from '../run-length.js'

const restartsSchema = strictObject({
  /** Epochs from the start to the first restart. */
  period: z.int().min(1),
  /** Of each period's length to the one before it. */
  factor: z.int().min(1).default(1),
})

export const cosineSchema = strictObject({
  type: z.literal('cosine'),
  initial: rate,
  final: finalRate,
  epochs: length,
  /** null for a single fall. */
  restarts: restartsSchema.nullable().default(null),
}).refine(({ epochs, restarts }) => epochs === null || restarts === null, {
  path: ['epochs'],
  message: 'with restarts their period says how long a fall takes; expected null',
})

export type CosineConfig = z.output<typeof cosineSchema>

/**
 * A learning rate that falls as half a period of a cosine: final + (initial - final) · (1 + cos(π t/T)) / 2 after t of T
 * epochs. T is `epochs`, by default those of the run; afterwards the rate stays.
 *
 *     cosine(1, { epochs: 4 })   // epochs 0 … 5: 1, 0.8536, 0.5, 0.1464, 0, 0
 *
 * With restarts (SGDR, arXiv 1608.03983) the rate begins anew after `period` epochs, then after `factor` times as many …
 *
 *     cosine(1, { restarts: { period: 1, factor: 2 } })   // epochs 0, 0.5, 1, 2, 3, 5: 1, 0.5, 1, 0.5, 1, 0.5
 *
 * torch.optim.lr_scheduler.CosineAnnealingLR and CosineAnnealingWarmRestarts.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function cosine(
  initial: number,
  options: Omit<z.input<typeof cosineSchema>, 'type' | 'initial'> = {},
): CosineConfig {
  return validate(cosineSchema, { type: 'cosine', initial, ...options }, 'cosine')
}

export function cosineSchedule(config: CosineConfig, run: RunLength): Schedule {
  const { initial, final, restarts } = config
  const at = (part: number) => final + ((initial - final) * (1 + Math.cos(Math.PI * part))) / 2
  if (restarts !== null) return (epoch) => at(partOfPeriod(epoch, restarts))
  const epochs = epochsOf(config, run)
  return (epoch) => at(Math.min(1, epoch / epochs))
}

function partOfPeriod(epoch: number, { period, factor }: z.output<typeof restartsSchema>): number {
  if (factor === 1) return (epoch % period) / period
  let start = 0
  let length = period
  while (epoch >= start + length) {
    start += length
    length *= factor
  }
  return (epoch - start) / length
}
