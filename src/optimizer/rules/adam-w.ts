import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

export const adamWSchema = strictObject({
  type: z.literal('adamW'),
  /** As in adam. */
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  /** Above 0. PyTorch's 1e-8. */
  epsilon: z.number().positive().default(1e-8),
  epsilonHat: z.boolean().default(false),
  amsgrad: z.boolean().default(false),
  /** Of all parameters that train, biases and normalisation parameters included, as in PyTorch. At least 0. */
  weightDecay: z.number().min(0).default(0.01),
})

export type AdamWConfig = z.output<typeof adamWSchema>

/**
 * Adam with decoupled weight decay (arXiv 1711.05101, algorithm 2 without its schedule multiplier), by default as
 * `torch.optim.AdamW`:
 *
 *     w <- w - rate·weightDecay·w - (Adam's step)
 *
 * Groups can give parameters a decay of their own. Together with the regularization decoupledWeightDecay it would decay
 * twice, which is refused. Under layca, fixedNorm and rotational, which hold the norm of weights, it does nothing to them.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function adamW(options: Omit<z.input<typeof adamWSchema>, 'type'> = {}): AdamWConfig {
  return validate(adamWSchema, { type: 'adamW', ...options }, 'adamW')
}
