import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { rateLabel } from '../../numbers.js'
import { constructorWith, type ConstructorWith } from '../../validation/constructor.js'
import { requireFunction, returned } from '../../validation/returned.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import type { Schedule } from '../run-length.js'
import type { ScheduleType } from '../schedule-type.js'

const schema = strictObject({
  /** Selects learning rates from a table. */
  type: z.literal('tabulated'),
  /** The rates one after the other, numbers from 0 to 3.4e38, for all epochs of the run or more. */
  values: z.array(z.number().min(0).max(3.4e38)).min(1),
  /**
   * The steps per epoch, which the run must have, where the table has one value a step; null for one value an epoch.
   * @default null
   */
  stepsPerEpoch: z.int().min(1).nullable().default(null),
})

export type TabulatedConfig = z.output<typeof schema>

/**
 * Learning rates from a table: one for each epoch or, with `stepsPerEpoch`, one for each step. After the end of the table the
 * last rate stays.
 *
 *     tabulated([1, 0.5, 0.2])                           // epochs 0, 0.5, 1, 2.9: 1, 1, 0.5, 0.2
 *     tabulated([0.1, 0.2, 1, 1], { stepsPerEpoch: 2 })  // epochs 0, 0.5, 1, 1.5: 0.1, 0.2, 1, 1
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const tabulated: ConstructorWith<typeof schema, 'values'> = constructorWith(schema, 'values')

/**
 * The table of any function of the time in epochs, which is called for each epoch or, with `stepsPerEpoch`, each step. An
 * experiment holds the table instead of the function, so that its config.json repeats the run.
 *
 *     scheduleFrom((epoch) => 0.1 / (1 + epoch), { epochs: 4 })   // 0.1, 0.05, 0.0333, 0.025
 *
 * From another schedule it makes one that changes between epochs only, like those of PyTorch that are stepped once an epoch:
 *
 *     scheduleFrom(schedule(cosine(1, { epochs: 4 })), { epochs: 4 })   // 1, 0.8536, 0.5, 0.1464
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function scheduleFrom(rate: Schedule, size: TableSize): TabulatedConfig {
  requireFunction(rate, 'scheduleFrom: the schedule')
  const { epochs, stepsPerEpoch } = validate(sizeSchema, size, 'scheduleFrom')
  const perEpoch = stepsPerEpoch ?? 1
  const count = epochs * perEpoch
  if (count > mostValues) {
    const message = `scheduleFrom: ${epochs} epochs of ${perEpoch} are ${count} values; expected at most ${mostValues}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const values = Array.from({ length: count }, (_, index) => {
    const value = rate(index / perEpoch)
    if (typeof value === 'number' && value >= 0 && value < Infinity) return value
    const message = `scheduleFrom: the function returns ${returned(value)} at epoch ${index / perEpoch}; expected a finite number of at least 0`
    throw new LayerRotationError('INVALID_CONFIG', message)
  })
  return tabulated(values, stepsPerEpoch === undefined ? {} : { stepsPerEpoch })
}

const sizeSchema = strictObject({ epochs: z.int().min(1), stepsPerEpoch: z.int().min(1).optional() })

/** The size of the table that scheduleFrom makes. */
interface TableSize {
  /** The epochs of the table, a whole number of at least 1. */
  epochs: number
  /** The steps per epoch, a whole number of at least 1, for a rate for each step; without it a rate for each epoch. */
  stepsPerEpoch?: number
}

/** The most values that fit into a config.json. */
const mostValues = 2 ** 20

export default {
  schema,
  schedule: ({ values, stepsPerEpoch }) => {
    const perEpoch = stepsPerEpoch ?? 1
    // The time of step 3 in epoch 7, 7 + 3/351, is rounded, so that 351 times as much may come out just below 2460.
    return (epoch) => values[Math.min(values.length - 1, Math.floor(epoch * perEpoch + 1e-6))]!
  },
  nominalRate: ({ values }) => values[0]!,
  text: ({ values, stepsPerEpoch }) =>
    `${rateLabel(values[0]!)} at first, from a table of one rate ${stepsPerEpoch === null ? 'an epoch' : 'a step'}`,
  changesByFactors: () => true,
  misfit: ({ values, stepsPerEpoch }, epochs) => {
    const needed = epochs * (stepsPerEpoch ?? 1)
    if (values.length >= needed) return undefined
    const run = stepsPerEpoch === null ? 'one an epoch' : `one a step: ${epochs} epochs of ${stepsPerEpoch}`
    return { key: 'values', message: `${values.length} rates; expected at least ${needed}, ${run}` }
  },
  stepsPerEpoch: ({ stepsPerEpoch }) => stepsPerEpoch,
  shorten: ({ values, ...config }, share) => {
    // A share such as 3/10 is rounded: 10 values make 3, not 4.
    const length = Math.max(1, Math.ceil(values.length * share - 1e-9))
    return { ...config, values: Array.from({ length }, (_, i) => values[Math.floor((i * values.length) / length)]!) }
  },
} satisfies ScheduleType<TabulatedConfig>
