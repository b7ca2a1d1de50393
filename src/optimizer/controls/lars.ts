import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { ruleSchema, type RuleConfig } from '../rule.js'

export const larsSchema = strictObject({
  type: z.literal('lars'),
  /** The rule that takes the scaled gradient. */
  rule: ruleSchema,
  /** The share of the weights' norm that a gradient is scaled to. Above 0. */
  trustCoefficient: z.number().positive().default(0.001),
  /** LARC: never scale up beyond what the rate alone gives. */
  clip: z.boolean().default(false),
  /** At least 0. */
  epsilon: z.number().min(0).default(1e-8),
})

export type LarsConfig = z.output<typeof larsSchema>

type LarsOptions = Omit<z.input<typeof larsSchema>, 'type' | 'rule' | 'clip'>

/**
 * Layer-wise adaptive rate scaling (LARS, arXiv 1708.03888, algorithm 1): before the rule takes the gradient g of a layer's
 * weights, coupled weight decay c is added and the sum scaled to their norm.
 *
 *     g <- factor·(g + c·w),  factor = trustCoefficient·‖w‖/(‖g‖ + c·‖w‖ + epsilon), or 1 where ‖w‖ or ‖g‖ is 0
 *
 * Of the kernels only; all parameters train. c is the factor of weightDecay, or twice that of l2. A rule that divides by the
 * size of gradients, such as adam, hardly notices.
 *
 *     lars(sgd({ momentum: 0.9 }))
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function lars(rule: RuleConfig, options: LarsOptions = {}): LarsConfig {
  return validate(larsSchema, { type: 'lars', rule, clip: false, ...options }, 'lars')
}

/**
 * LARC, the clipping variant of lars in NVIDIA's Apex (apex.parallel.LARC): factor = min(trustCoefficient·‖w‖/(…)/rate, 1),
 * so that a layer's rate is never above the learning rate. By default its trustCoefficient is Apex's, .02.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function larc(rule: RuleConfig, options: LarsOptions = {}): LarsConfig {
  return validate(larsSchema, { type: 'lars', rule, trustCoefficient: 0.02, ...options, clip: true }, 'larc')
}
