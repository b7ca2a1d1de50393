import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

export const alphaSchema = strictObject({
  /** Selects the paper's multipliers. */
  type: z.literal('alpha'),
  /** The strength, -1 < alpha < 1: above 0 the first layers are slow, below 0 the last. */
  alpha: z.number().gt(-1).lt(1),
})

export type AlphaConfig = z.output<typeof alphaSchema>

/**
 * The paper's multipliers (section 5 of arXiv 1806.01603v2), which let layers rotate at different speeds. With i the index
 * of a layer and L the number of layers,
 *
 * - alpha > 0: (1 - alpha)^(5 (L-1-i) / (L-1)), the first layers slow, the last one at its rate,
 * - alpha ≤ 0: (1 + alpha)^(5 i / (L-1)), the last layers slow, the first one at its rate.
 *
 * The slowest layer has (1 - |alpha|)^5 whatever the depth: 0.590, 0.328, 0.168, 0.0778, 0.01024 and 0.00032 for ±0.1,
 * ±0.2, ±0.3, ±0.4, ±0.6 and ±0.8. A single layer has 1.
 *
 *     alphaMultipliers(0.6)    // of three layers: 0.01024, 0.1012, 1
 *     alphaMultipliers(-0.6)   // 1, 0.1012, 0.01024
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function alphaMultipliers(alpha: number): AlphaConfig {
  return validate(alphaSchema, { type: 'alpha', alpha }, 'alphaMultipliers')
}

/** @returns the multiplier of each layer */
export function alphaFactors({ alpha }: AlphaConfig, layers: number): number[] {
  const last = Math.max(1, layers - 1)
  return Array.from({ length: layers }, (_, i) => {
    const slowed = layers === 1 ? 0 : alpha > 0 ? layers - 1 - i : i
    return (1 - Math.abs(alpha)) ** ((5 * slowed) / last)
  })
}
