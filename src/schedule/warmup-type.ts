import { z } from 'zod'
import { count, significant } from '../numbers.js'
import { strictObject } from '../validation/strict-object.js'
import { curveSchema, curveType, type CurveConfig } from './curve.js'
import type { ScheduleType } from './schedule-type.js'

export const warmupSchema = strictObject({
  /** Selects a warmup of another schedule. */
  type: z.literal('warmup'),
  /** The schedule whose first epochs have smaller rates. */
  schedule: curveSchema,
  /** The length of the warmup in epochs, not necessarily whole, above 0; at most that of the run. */
  epochs: z.number().positive(),
  /**
   * The way from the first share of the rate to the whole.
   * @default "linear"
   */
  kind: z.enum(['linear', 'discrete', 'exponential']).default('linear'),
  /**
   * The share of the rate to begin with, 0 … 1; above 0 for the exponential kind.
   * @default 0.1
   */
  factor: z.number().min(0).max(1).default(0.1),
}).refine(({ kind, factor }) => kind !== 'exponential' || factor > 0, {
  path: ['factor'],
  message: 'an exponential warmup cannot begin at 0; expected a number above 0',
})

export type WarmupConfig = z.output<typeof warmupSchema>

export const warmupType = {
  schema: warmupSchema,
  schedule: ({ schedule, epochs, kind, factor }, run) => {
    const rate = curveType(schedule).schedule(schedule, run)
    const share = shares[kind]
    // The time of step 2 in epoch 1, 1 + 2/3, is rounded to below 5/3: a warmup of five steps would have a sixth.
    const end = epochs - 1e-9
    return (epoch) => (epoch < end ? rate(epoch) * share(epoch / epochs, factor) : rate(epoch))
  },
  nominalRate: ({ schedule }) => curveType(schedule).nominalRate(schedule),
  text: ({ schedule, epochs, kind, factor }) =>
    `${curveType(schedule).text(schedule)}, ${kind} warmup of ${count(epochs, 'epoch')} from ${significant(factor)} of it`,
  changesByFactors: ({ schedule }) => curveType(schedule).changesByFactors(schedule),
  shorten: ({ schedule, epochs, ...config }, share) => ({
    ...config,
    schedule: curveType(schedule).shorten(schedule, share),
    epochs: epochs * share,
  }),
  inner: ({ schedule }) => [{ path: ['schedule'], schedule }],
  misfit: (config, epochs) => {
    if (config.epochs <= epochs) return undefined
    const message = `a warmup of ${config.epochs} epochs is longer than the run; expected at most ${epochs}`
    return { key: 'epochs', message }
  },
} satisfies ScheduleType<WarmupConfig, CurveConfig>

/** The share of the rate when the part f of the warmup is over. */
const shares = {
  linear: (f: number, factor: number) => f + factor * (1 - f),
  discrete: (_f: number, factor: number) => factor,
  exponential: (f: number, factor: number) => factor ** (1 - f),
}
