import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../validation/constructor.js'
import { fp32 } from '../validation/fp32.js'
import { strictObject } from '../validation/strict-object.js'

export const decoupledWeightDecaySchema = strictObject({
  /** Selects decoupled weight decay. */
  type: z.literal('decoupledWeightDecay'),
  /** The factor λ of the shrinkage by rate·λ a step, at least 0. */
  factor: fp32(z.number().min(0)),
  /**
   * Names of layers that do not decay.
   * @default []
   */
  except: z.array(z.string()).default([]),
})

export type DecoupledWeightDecayConfig = z.output<typeof decoupledWeightDecaySchema>

/**
 * Weight decay beside the rule's step instead of within the gradient (arXiv 1711.05101), on the weights of the layers:
 *
 *     w <- w - rate·factor·w + (the rule's step)
 *
 * It goes through neither momentum nor the division of adaptive rules. Biases and normalisation parameters have none,
 * unless a group gives them one. adamW has a decay of its own. Under layca, fixedNorm and rotational, which hold the norm of
 * weights, it has no effect on them.
 *
 *     decoupledWeightDecay(0.05, { except: ['dense'] })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const decoupledWeightDecay: ConstructorWith<typeof decoupledWeightDecaySchema, 'factor'> = constructorWith(
  decoupledWeightDecaySchema,
  'factor',
)
