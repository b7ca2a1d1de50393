import { z } from 'zod'
import { constructorOf, constructorWith, type Constructor, type ConstructorWith } from '../validation/constructor.js'
import { fp32 } from '../validation/fp32.js'
import { strictObject } from '../validation/strict-object.js'

const emaSchema = strictObject({
  /** Selects an exponential moving average. */
  type: z.literal('ema'),
  /**
   * The share of the average that a step leaves, at least 0 and below 1.
   *
   * @default 0.999
   */
  decay: fp32(z.number().min(0).lt(1)).default(0.999),
})

const swaSchema = strictObject({
  /** Selects the mean of the weights at the ends of epochs. */
  type: z.literal('swa'),
  /** The number of epochs before the first one whose end is averaged, at least 0; or their share of all epochs, above 0 and below 1. */
  from: z
    .number()
    .min(0)
    .refine(
      (from) => from < 1 || Number.isInteger(from),
      'expected a whole number of epochs, or a share of them below 1',
    ),
  /**
   * The number of epochs from one end that is averaged to the next, at least 1.
   *
   * @default 1
   */
  every: z.int().min(1).default(1),
})

export const averagingSchema = z.discriminatedUnion('type', [emaSchema, swaSchema])

export type EmaConfig = z.output<typeof emaSchema>

export type SwaConfig = z.output<typeof swaSchema>

export type AveragingConfig = z.output<typeof averagingSchema>

/**
 * An exponential moving average of the weights after every step: average ← average + (1 − decay)·(weights − average), from the
 * weights after the first step on, as by PyTorch's `AveragedModel` with `get_ema_multi_avg_fn(decay)` and `use_buffers=True`.
 *
 *     ema({ decay: 0.999 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const ema: Constructor<typeof emaSchema> = constructorOf(emaSchema)

/**
 * Stochastic weight averaging (arXiv 1803.05407): the mean of the weights at the ends of epochs, as by PyTorch's `AveragedModel`
 * with `use_buffers=True`. Running statistics of batch normalisation are averaged with the weights.
 *
 *     swa(75)                  // the ends of all epochs after the 75th
 *     swa(0.75)                // the ends of the last quarter of the epochs
 *     swa(75, { every: 5 })    // of every fifth of them
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const swa: ConstructorWith<typeof swaSchema, 'from'> = constructorWith(swaSchema, 'from')

/** The averaging of an experiment, whose `from` counts epochs, also where it was given as a share of them. */
export function averagingIn({
  averaging,
  epochs,
}: {
  averaging: AveragingConfig | null
  epochs: number
}): AveragingConfig | null {
  if (averaging?.type !== 'swa' || Number.isInteger(averaging.from)) return averaging
  return { ...averaging, from: Math.round(averaging.from * epochs) }
}
