import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule Adagrad. */
  type: z.literal('adagrad'),
  /**
   * The number that is added to the root of the sum of squares, above 0. PyTorch's is 1e-10.
   * @default 1e-7
   */
  epsilon: fp32(z.number().positive()).default(1e-7),
  /**
   * The value from which the sum of squared gradients starts, at least 0.
   * @default 0
   */
  initialAccumulator: fp32(z.number().min(0)).default(0),
})

export type AdagradConfig = z.output<typeof schema>

/**
 * Adagrad (Duchi, Hazan and Singer, JMLR 12, 2011) as in Keras 2.1.2 with the paper's epsilon:
 *
 *     a <- a + g²,  from a = initialAccumulator
 *     w <- w - rate·g / (√a + epsilon)
 *
 *     adagrad({ epsilon: 1e-10 })   // torch.optim.Adagrad
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const adagrad: Constructor<typeof schema> = constructorOf(schema)

export default {
  schema,
  label: 'Adagrad',
  words: ({ initialAccumulator }) => ({ initialAccumulator: `accumulator from ${initialAccumulator}` }),
} satisfies RuleType<AdagradConfig>
