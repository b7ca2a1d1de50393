import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule SGD with Adam's momentum. */
  type: z.literal('sgdAdamMomentum'),
  /**
   * The decay of the mean of the gradients per step, 0 ≤ momentum < 1.
   * @default 0.9
   */
  momentum: fp32(z.number().min(0).lt(1)).default(0.9),
})

export type SgdAdamMomentumConfig = z.output<typeof schema>

/**
 * SGD with the momentum of Adam, without its correction of the first steps: the paper's SGD_AMom (arXiv 1806.01603v2), which
 * replays the angles of adaptive methods in two of its tasks.
 *
 *     v <- momentum·v + (1 - momentum)·g,  from v = 0
 *     w <- w - rate·v
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const sgdAdamMomentum: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'SGD_AMom' } satisfies RuleType<SgdAdamMomentumConfig>
