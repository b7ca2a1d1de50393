import { z } from 'zod'
import { count, rateLabel, significant } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { epochsOf } from '../run-length.js'
import type { ScheduleType } from '../schedule-type.js'
import { finalRate, inEpochs, length, rate, shortened } from './rates.js'

const restartsSchema = strictObject({
  /** The epochs from the start to the first restart, a whole number of at least 1. */
  period: z.int().min(1),
  /**
   * The length of each period divided by that of the one before, a whole number of at least 1.
   * @default 1
   */
  factor: z.int().min(1).default(1),
})

const schema = strictObject({
  /** Selects a learning rate that falls as a cosine. */
  type: z.literal('cosine'),
  /** The learning rate of the first step, and after each restart, a finite number above 0. */
  initial: rate,
  /**
   * The learning rate at the end of a fall, a finite number of at least 0.
   * @default 0
   */
  final: finalRate,
  /**
   * The length of the fall in epochs, not necessarily whole, above 0; null for that of the run, and with restarts.
   * @default null
   */
  epochs: length,
  /**
   * The restarts of SGDR; null for a single fall.
   * @default null
   */
  restarts: restartsSchema.nullable().default(null),
}).refine(({ epochs, restarts }) => epochs === null || restarts === null, {
  path: ['epochs'],
  message: 'with restarts, restarts.period sets the length of a fall; expected null',
})

export type CosineConfig = z.output<typeof schema>

/**
 * A learning rate that falls as half a period of a cosine: final + (initial - final) · (1 + cos(π t/T)) / 2 after t of T
 * epochs. T is `epochs`, by default those of the run; afterwards the rate stays.
 *
 *     cosine(1, { epochs: 4 })   // epochs 0 … 5: 1, 0.8536, 0.5, 0.1464, 0, 0
 *
 * With restarts (SGDR, arXiv 1608.03983) the rate begins again after `period` epochs, then after `factor` times as many
 * …
 *
 *     cosine(1, { restarts: { period: 1, factor: 2 } })   // epochs 0, 0.5, 1, 2, 3, 5: 1, 0.5, 1, 0.5, 1, 0.5
 *
 * torch.optim.lr_scheduler.CosineAnnealingLR and CosineAnnealingWarmRestarts.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const cosine: ConstructorWith<typeof schema, 'initial'> = constructorWith(schema, 'initial')

export default {
  schema,
  schedule: (config, run) => {
    const { initial, final, restarts } = config
    const at = (part: number) => final + ((initial - final) * (1 + Math.cos(Math.PI * part))) / 2
    if (restarts !== null) return (epoch) => at(partOfPeriod(epoch, restarts))
    const epochs = epochsOf(config, run)
    return (epoch) => at(Math.min(1, epoch / epochs))
  },
  nominalRate: ({ initial }) => initial,
  text: ({ initial, final, epochs, restarts }) => {
    const fall = `${rateLabel(initial)} to ${significant(final)}, cosine`
    if (restarts === null) return fall + inEpochs(epochs)
    const { period, factor } = restarts
    const longer = factor === 1 ? '' : `, each ${factor} times as long as the one before`
    return `${fall} with restarts, the first after ${count(period, 'epoch')}${longer}`
  },
  changesByFactors: () => false,
  shorten: ({ epochs, restarts, ...config }, share) => ({
    ...config,
    epochs: shortened(epochs, share),
    restarts: restarts && { ...restarts, period: Math.max(1, Math.round(restarts.period * share)) },
  }),
} satisfies ScheduleType<CosineConfig>

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
