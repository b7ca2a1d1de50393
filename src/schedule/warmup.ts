import type { z } from 'zod'
import type { Options } from '../validation/constructor.js'
import { requireOptions } from '../validation/options.js'
import { validate } from '../validation/validate.js'
import type { curveSchema } from './curve.js'
import { perLayerType, type PerLayerConfig } from './per-layer.js'
import { warmupSchema, type WarmupConfig } from './warmup-type.js'

type Curve = z.input<typeof curveSchema>
type WarmupOptions = Options<typeof warmupSchema, 'schedule'>

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
  requireOptions(options, 'warmup', 'schedule')
  const warmedUp = (curve: unknown) => validate(warmupSchema, { type: 'warmup', schedule: curve, ...options }, 'warmup')
  if ((schedule as { type?: unknown } | null | undefined)?.type !== 'perLayer') return warmedUp(schedule)
  const perLayer = validate(perLayerType.schema, schedule, 'warmup: schedule')
  const layers = Object.entries(perLayer.layers).map(([pattern, curve]) => [pattern, warmedUp(curve)] as const)
  return { ...perLayer, default: warmedUp(perLayer.default), layers: Object.fromEntries(layers) }
}
