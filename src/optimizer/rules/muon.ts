import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import adam from './adam.js'
import { muonWords } from './muon-words.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule Muon. */
  type: z.literal('muon'),
  /**
   * The decay of the mean of the gradients per step, 0 ≤ momentum < 1.
   * @default 0.95
   */
  momentum: fp32(z.number().min(0).lt(1)).default(0.95),
  /**
   * Orthogonalises the mean as it would be with the gradient once more (Nesterov) instead of the mean.
   * @default true
   */
  nesterov: z.boolean().default(true),
  /**
   * The number of Newton–Schulz iterations, 1 … 99.
   * @default 5
   */
  nsSteps: z.int().min(1).max(99).default(5),
  /**
   * The least norm that a matrix is divided by before the iterations, above 0.
   * @default 1e-7
   */
  epsilon: fp32(z.number().positive()).default(1e-7),
  /**
   * The numbers in which the iterations compute: 'bf16', as in PyTorch, or 'fp32', which under the precision tf32 means TF32 on
   * a GPU.
   * @default "bf16"
   */
  precision: z.enum(['bf16', 'fp32']).default('bf16'),
  /**
   * The factor of the learning rate that depends on a matrix's rows and columns: 'original', √max(1, rows/columns);
   * 'matchRmsAdamW', 0.2·√max(rows, columns), with which steps are as long as AdamW's, so that its rates fit; 'none', 1.
   * @default "original"
   */
  shapeFactor: z.enum(['original', 'matchRmsAdamW', 'none']).default('original'),
  /**
   * The rule of the parameters of one dimension, which are no matrices: biases and normalisation parameters. Only
   * adam.
   * @default {"type":"adam","beta1":0.9,"beta2":0.999,"epsilon":1e-7,"epsilonHat":true,"amsgrad":false}
   */
  vectors: adam.schema.prefault({ type: 'adam' }),
  /**
   * The factor of the learning rate of those parameters, at least 0. Muon's rates are often far above Adam's.
   * @default 1
   */
  vectorRate: fp32(z.number().min(0)).default(1),
})

export type MuonConfig = z.output<typeof schema>

/**
 * Muon (Keller Jordan, kellerjordan.github.io/posts/muon) as torch.optim.Muon: a step is the mean of the gradients with singular
 * values around 1. For a weight as a matrix of a row a neuron, of a convolution [filters, channels·height·width], from m = 0:
 *
 *     m <- momentum·m + (1 - momentum)·g
 *     X = momentum·m + (1 - momentum)·g,  without nesterov X = m
 *     X <- X/max(‖X‖, epsilon), then nsSteps times
 *     X <- 3.4445·X - 4.7750·(X·Xᵀ)·X + 2.0315·(X·Xᵀ)²·X
 *     w <- w - rate·shapeFactor·X
 *
 * Parameters of one dimension, which torch.optim.Muon refuses, follow `vectors` at the rate vectorRate·rate. Its weight decay is
 * the regularization decoupledWeightDecay; torch.optim.Muon's default is one of 0.1. Keller Jordan's advice is to train the
 * first and the last layer by Adam, too; here all weights of layers are matrices.
 *
 * On CPUs, matrix products may round differently with another number of threads.
 *
 *     muon()
 *     muon({ shapeFactor: 'matchRmsAdamW' })   // at AdamW's learning rates
 *     muon({ vectors: adam({ beta2: 0.95 }), vectorRate: 0.015 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const muon: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'Muon', words: (config) => muonWords(config) } satisfies RuleType<MuonConfig>
