import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

/**
 * The settings that decide the angle of a step in equilibrium. Weight decay shortens weights, and steps orthogonal to them
 * lengthen them. If only the direction of the weights matters, as before a normalisation, the two balance after about
 * 1 / (rate · decay) steps; from then on each step turns the weights by an angle that follows from rate and decay alone.
 * This holds to first order in rate · decay.
 */
export interface EquilibriumOptions {
  /** Learning rate η, at least 0. */
  rate: number
  /** Weight decay λ of the gradient λw (twice the factor of `l2`); for adamW, λ of w <- w - ηλw. At least 0. */
  decay: number
}

const shared = { rate: z.number().min(0), decay: z.number().min(0) }
const share = z.number().min(0).lt(1)
const sgdSchema = strictObject({ ...shared, momentum: share.default(0) })
const adamWSchema = strictObject({ ...shared, beta1: share.default(0.9) })

/**
 * The angle of a step of SGD in equilibrium: √(2ηλ / (1 + momentum)), root mean square (Wan et al., arXiv 2006.08419;
 * Kosson et al., arXiv 2305.17212). 0 ≤ momentum < 1.
 *
 *     sgdEquilibriumAngle({ rate: 1 / 3, decay: 2e-3 })                  // 0.0365: the paper's SGD with l2(1e-3)
 *     sgdEquilibriumAngle({ rate: 0.1, decay: 1e-3, momentum: 0.9 })     // 0.0103
 *
 * @returns radians
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function sgdEquilibriumAngle(options: EquilibriumOptions & { momentum?: number }): number {
  const { rate, decay, momentum } = validate(sgdSchema, options, 'sgdEquilibriumAngle')
  return Math.sqrt((2 * rate * decay) / (1 + momentum))
}

/**
 * The angle of a step of AdamW in equilibrium: √(2ηλ (1 - β₁) / (1 + β₁)), root mean square (Kosson et al.,
 * arXiv 2305.17212). 0 ≤ β₁ < 1.
 *
 *     adamWEquilibriumAngle({ rate: 1e-3, decay: 0.1 })   // 0.00324
 *
 * @returns radians
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function adamWEquilibriumAngle(options: EquilibriumOptions & { beta1?: number }): number {
  const { rate, decay, beta1 } = validate(adamWSchema, options, 'adamWEquilibriumAngle')
  return Math.sqrt((2 * rate * decay * (1 - beta1)) / (1 + beta1))
}
