import { z } from 'zod'
import { count, significant } from '../text/numbers.js'
import type { Options } from '../validation/constructor.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { curveSchema, curveType, type CurveConfig } from './curve.js'
import type { PerLayerConfig } from './per-layer.js'
import type { ScheduleType } from './schedule-type.js'

const schema = strictObject({
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

export type WarmupConfig = z.output<typeof schema>

type Curve = z.input<typeof curveSchema>
type WarmupOptions = Options<typeof schema, 'schedule'>

/**
 * Another schedule whose first epochs have smaller rates. With f the part of the warmup that is over, from 0 to 1, and r
 * the rate that the other schedule has at that moment, it is
 *
 * - 'linear', the paper's (section 6 of arXiv 1806.01603v2): r · f + r · factor · (1 - f),
 * - 'discrete': r · factor,
 * - 'exponential': r · factor^(1 - f),
 *
 * and r from then on. f grows with every step; the other schedule is not moved, so drops stay at their epochs.
 *
 *     warmup(constant(1), { epochs: 2 })                        // epochs 0, 0.5, 1, 1.5, 2: 0.1, 0.325, 0.55, 0.775, 1
 *     warmup(constant(1), { epochs: 2, kind: 'discrete' })      // 0.1, 0.1, 0.1, 0.1, 1
 *     warmup(constant(1), { epochs: 2, kind: 'exponential' })   // 0.1, 0.1778, 0.3162, 0.5623, 1
 *
 * Given schedules per layer, it warms up each of them.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function warmup(schedule: Curve, options: WarmupOptions): WarmupConfig
export function warmup(schedule: PerLayerConfig, options: WarmupOptions): PerLayerConfig
export function warmup(schedule: Curve | PerLayerConfig, options: WarmupOptions): WarmupConfig | PerLayerConfig {
  const warmedUp = (curve: unknown) => validate(schema, { type: 'warmup', schedule: curve, ...options }, 'warmup')
  if (schedule.type !== 'perLayer') return warmedUp(schedule)
  const layers = Object.entries(schedule.layers).map(([pattern, curve]) => [pattern, warmedUp(curve)] as const)
  return { ...schedule, default: warmedUp(schedule.default), layers: Object.fromEntries(layers) }
}

export const warmupType = {
  schema,
  schedule: ({ schedule, epochs, kind, factor }, run) => {
    const rate = curveType(schedule).schedule(schedule, run)
    const share = shares[kind]
    return (epoch) => (epoch < epochs ? rate(epoch) * share(epoch / epochs, factor) : rate(epoch))
  },
  nominalRate: ({ schedule }) => curveType(schedule).nominalRate(schedule),
  text: ({ schedule, epochs, kind, factor }) =>
    `${curveType(schedule).text(schedule)}, ${kind} warmup of ${count(epochs, 'epoch')} from ${significant(factor)} of it`,
  changesByFactors: ({ schedule }) => curveType(schedule).changesByFactors(schedule),
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
