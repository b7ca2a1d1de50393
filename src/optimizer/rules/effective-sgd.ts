import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule effective SGD. */
  type: z.literal('effectiveSgd'),
})

export type EffectiveSgdConfig = z.output<typeof schema>

/**
 * The SGD_effective of the paper's code: `rate` is each tensor's effective learning rate, rate/‖w‖² of plain SGD
 * (arXiv 1706.05350), whatever the norm of its weights.
 *
 *     w <- w - rate·‖w‖²·g
 *
 * A tensor that is zero, such as biases at the start, stays zero.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const effectiveSgd: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'Effective SGD' } satisfies RuleType<EffectiveSgdConfig>
