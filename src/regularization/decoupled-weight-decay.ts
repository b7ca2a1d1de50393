import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

export const decoupledWeightDecaySchema = strictObject({
  type: z.literal('decoupledWeightDecay'),
  /** λ of the shrinkage by rate·λ. At least 0. */
  factor: z.number().min(0),
  /** Names of layers that do not decay. */
  except: z.array(z.string()).default([]),
})

export type DecoupledWeightDecayConfig = z.output<typeof decoupledWeightDecaySchema>

/**
 * Weight decay beside the rule's step in place of within the gradient (arXiv 1711.05101), on the weights of the layers:
 *
 *     w <- w - rate·factor·w + (the rule's step)
 *
 * It goes through neither momentum nor the division of adaptive rules. Biases and normalisation parameters have none,
 * unless a group gives them one. adamW brings its own. Under layca, fixedNorm and rotational, which hold the norm of
 * weights, it does nothing to them.
 *
 *     decoupledWeightDecay(0.05, { except: ['dense'] })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function decoupledWeightDecay(
  factor: number,
  options: { except?: readonly string[] } = {},
): DecoupledWeightDecayConfig {
  const config = { type: 'decoupledWeightDecay', factor, ...options }
  return validate(decoupledWeightDecaySchema, config, 'decoupledWeightDecay')
}
