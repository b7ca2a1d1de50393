import { z } from 'zod'
import type { Options } from '../../validation/constructor.js'
import { requireOptions } from '../../validation/options.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { ruleSchema, type RuleConfig } from '../rule.js'
import type { ControlType } from './control-type.js'

const schema = strictObject({
  /** Selects the control LARS, or with clip LARC. */
  type: z.literal('lars'),
  /** The rule that takes the scaled gradient. */
  rule: ruleSchema,
  /**
   * The share of the weights' norm that a gradient is scaled to, above 0. That of larc is 0.02.
   * @default 0.001
   */
  trustCoefficient: z.number().positive().default(0.001),
  /**
   * LARC: a gradient is never scaled up beyond its own length at the given rate.
   * @default false
   */
  clip: z.boolean().default(false),
  /**
   * The number that is added to the denominator of the scale, at least 0.
   * @default 1e-8
   */
  epsilon: z.number().min(0).default(1e-8),
})

export type LarsConfig = z.output<typeof schema>

type LarsOptions = Options<typeof schema, 'rule' | 'clip'>

/**
 * Layer-wise adaptive rate scaling (LARS, arXiv 1708.03888, algorithm 1): before the rule takes the gradient g of a layer's
 * weights, coupled weight decay c is added and the sum scaled to their norm.
 *
 *     g <- factor·(g + c·w),  factor = trustCoefficient·‖w‖/(‖g‖ + c·‖w‖ + epsilon), or 1 where ‖w‖ or ‖g‖ is 0
 *
 * It acts on the layers' weights only; all parameters train. c is the factor of weightDecay, or twice that of l2. A rule that
 * divides by the size of gradients, such as adam, is hardly affected.
 *
 *     lars(sgd({ momentum: 0.9 }))
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function lars(rule: RuleConfig, options: LarsOptions = {}): LarsConfig {
  requireOptions(options, 'lars', 'rule')
  return validate(schema, { type: 'lars', rule, clip: false, ...options }, 'lars')
}

/**
 * LARC, the clipping variant of lars in NVIDIA's Apex (apex.parallel.LARC): factor = min(trustCoefficient·‖w‖/(…)/rate, 1),
 * so that a layer's rate is never above the learning rate. By default its trustCoefficient is Apex's, 0.02.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function larc(rule: RuleConfig, options: LarsOptions = {}): LarsConfig {
  requireOptions(options, 'larc', 'rule')
  return validate(schema, { type: 'lars', rule, trustCoefficient: 0.02, ...options, clip: true }, 'larc')
}

export default {
  schema,
  label: 'LARS',
  trainsWeightsOnly: false,
  words: ({ trustCoefficient }) => ({ trustCoefficient: `trust ${trustCoefficient}` }),
  variant: ({ clip, rule }) => (clip ? { label: 'LARC', usual: larc(rule) } : undefined),
} satisfies ControlType<LarsConfig>
