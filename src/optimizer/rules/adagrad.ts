import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

export const adagradSchema = strictObject({
  type: z.literal('adagrad'),
  /** Above 0. PyTorch's is 1e-10. */
  epsilon: z.number().positive().default(1e-7),
  /** What the sums of squares begin with. At least 0. */
  initialAccumulator: z.number().min(0).default(0),
})

export type AdagradConfig = z.output<typeof adagradSchema>

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
export function adagrad(options: Omit<z.input<typeof adagradSchema>, 'type'> = {}): AdagradConfig {
  return validate(adagradSchema, { type: 'adagrad', ...options }, 'adagrad')
}
