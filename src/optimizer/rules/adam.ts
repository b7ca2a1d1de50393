import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { constructorOf } from '../../validation/constructor.js'

export const adamSchema = strictObject({
  type: z.literal('adam'),
  /** Of the mean of the gradients, 0 ≤ beta1 < 1. */
  beta1: z.number().min(0).lt(1).default(0.9),
  /** Of the mean of their squares, 0 ≤ beta2 < 1. */
  beta2: z.number().min(0).lt(1).default(0.999),
  /** Above 0. The paper's and Keras's 1e-7; PyTorch's is 1e-8. */
  epsilon: z.number().positive().default(1e-7),
  /** true: epsilon beside √v as it is, as in Keras and the paper; false: beside the corrected one, as in PyTorch. */
  epsilonHat: z.boolean().default(true),
  /** Divide by the largest mean of squares so far. */
  amsgrad: z.boolean().default(false),
})

export type AdamConfig = z.output<typeof adamSchema>

/**
 * Adam (arXiv 1412.6980, algorithm 1) at step t = 1, 2, …, from m = v = 0:
 *
 *     m <- beta1·m + (1 - beta1)·g
 *     v <- beta2·v + (1 - beta2)·g²
 *
 * With `epsilonHat`, the form at the end of the article's section 2, of Keras and of the paper:
 *
 *     w <- w - rate·√(1 - beta2ᵗ)/(1 - beta1ᵗ) · m / (√v + epsilon)
 *
 * Without, the algorithm as printed and `torch.optim.Adam`:
 *
 *     w <- w - rate/(1 - beta1ᵗ) · m / (√v/√(1 - beta2ᵗ) + epsilon)
 *
 * With `amsgrad` (arXiv 1904.09237) vmax <- max(vmax, v), from 0, stands for v in the denominator.
 *
 *     adam()
 *     adam({ epsilon: 1e-8, epsilonHat: false })   // torch.optim.Adam
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const adam = constructorOf(adamSchema)
