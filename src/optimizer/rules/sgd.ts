import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule SGD. */
  type: z.literal('sgd'),
  /**
   * The momentum of the velocity, 0 ≤ momentum < 1.
   * @default 0
   */
  momentum: fp32(z.number().min(0).lt(1)).default(0),
  /**
   * The share of the gradient that does not enter the velocity, 0 … 1. Above 0 it needs momentum.
   * @default 0
   */
  dampening: z.number().min(0).max(1).default(0),
  /**
   * Nesterov's momentum, which needs momentum and no dampening.
   * @default false
   */
  nesterov: z.boolean().default(false),
  /**
   * The place where the learning rate is applied. true: inside the velocity, as in Keras and the paper; false: to the
   * velocity, as in PyTorch.
   * @default true
   */
  rateInVelocity: z.boolean().default(true),
})
  .refine((sgd) => sgd.dampening === 0 || sgd.momentum > 0, {
    path: ['dampening'],
    message: 'a number above 0 needs a momentum above 0',
  })
  .refine((sgd) => !sgd.nesterov || sgd.momentum > 0, {
    path: ['nesterov'],
    message: 'true needs a momentum above 0',
  })
  .refine((sgd) => !sgd.nesterov || sgd.dampening === 0, {
    path: ['nesterov'],
    message: 'true needs a dampening of 0',
  })

export type SgdConfig = z.output<typeof schema>

/**
 * Stochastic gradient descent of the gradient g, in one of two conventions. They are equal at a constant rate. After a
 * change of the rate, a velocity that includes the rate still contains steps of the old rate for a while.
 *
 * With `rateInVelocity`, as in Keras 2.1.2 and the paper (section 3 of arXiv 1806.01603v2):
 *
 *     v <- momentum·v - rate·(1 - dampening)·g,  from v = 0
 *     w <- w + v                     nesterov: w <- w + momentum·v - rate·g
 *
 * Without, as `torch.optim.SGD`:
 *
 *     v <- momentum·v + (1 - dampening)·g,  at the first step v <- g
 *     w <- w - rate·v                nesterov: w <- w - rate·(g + momentum·v)
 *
 *     sgd({ momentum: 0.9, nesterov: true })
 *     sgd({ momentum: 0.9, dampening: 0.9, rateInVelocity: false })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const sgd: Constructor<typeof schema> = constructorOf(schema)

export default {
  schema,
  label: 'SGD',
  words: ({ momentum, nesterov, rateInVelocity }) => ({
    momentum: nesterov ? '' : `momentum ${momentum}`,
    nesterov: `Nesterov ${momentum}`,
    rateInVelocity: rateInVelocity ? "Keras's velocity" : "PyTorch's velocity",
  }),
  remark: ({ momentum }) => (momentum === 0 ? 'no momentum' : undefined),
} satisfies RuleType<SgdConfig>
