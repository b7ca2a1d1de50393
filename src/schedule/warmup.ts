import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { curve, curveSchema } from './curve.js'
import type { PerLayerConfig } from './per-layer.js'
import type { RunLength, Schedule } from './run-length.js'

export const warmupSchema = strictObject({
  type: z.literal('warmup'),
  /** What is warmed up to. */
  schedule: curveSchema,
  /** How long, not necessarily whole; at most as long as the run. */
  epochs: z.number().positive(),
  /** How the rate goes from its part to the whole. */
  kind: z.enum(['linear', 'discrete', 'exponential']).default('linear'),
  /** The part of the rate to begin with, 0 … 1; above 0 where kind is exponential. */
  factor: z.number().min(0).max(1).default(0.1),
}).refine(({ kind, factor }) => kind !== 'exponential' || factor > 0, {
  path: ['factor'],
  message: 'an exponential warmup cannot begin at 0; expected a number above 0',
})

export type WarmupConfig = z.output<typeof warmupSchema>

type Curve = z.input<typeof curveSchema>
type WarmupOptions = Omit<z.input<typeof warmupSchema>, 'type' | 'schedule'>

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
 * Of schedules per layer each is warmed up.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function warmup(schedule: Curve, options: WarmupOptions): WarmupConfig
export function warmup(schedule: PerLayerConfig, options: WarmupOptions): PerLayerConfig
export function warmup(schedule: Curve | PerLayerConfig, options: WarmupOptions): WarmupConfig | PerLayerConfig {
  const warmedUp = (curve: unknown) => validate(warmupSchema, { type: 'warmup', schedule: curve, ...options }, 'warmup')
  if (schedule.type !== 'perLayer') return warmedUp(schedule)
  const layers = Object.entries(schedule.layers).map(([pattern, curve]) => [pattern, warmedUp(curve)] as const)
  return { ...schedule, default: warmedUp(schedule.default), layers: Object.fromEntries(layers) }
}

export function warmupSchedule({ schedule, epochs, kind, factor }: WarmupConfig, run: RunLength): Schedule {
  const rate = curve(schedule, run)
  const part = warmupParts[kind]
  return (epoch) => (epoch < epochs ? rate(epoch) * part(epoch / epochs, factor) : rate(epoch))
}

/** The part of the rate when the part f of the warmup is over. */
const warmupParts = {
  linear: (f: number, factor: number) => f + factor * (1 - f),
  discrete: (_f: number, factor: number) => factor,
  exponential: (f: number, factor: number) => factor ** (1 - f),
}
