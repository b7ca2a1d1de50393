import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import type { RuleType } from './rule-type.js'

const schema = strictObject({
  /** Selects the rule normalised SGD. */
  type: z.literal('normalizedSgd'),
})

export type NormalizedSgdConfig = z.output<typeof schema>

/**
 * The paper's SGD_normalized (arXiv 1806.01603v2): each tensor makes a step of Euclidean norm `rate` against its gradient,
 * whatever the norms of gradient and tensor.
 *
 *     w <- w - rate·g/‖g‖,  no step where rate·‖g‖ ≤ 1e-7
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const normalizedSgd: Constructor<typeof schema> = constructorOf(schema)

export default { schema, label: 'Normalised SGD' } satisfies RuleType<NormalizedSgdConfig>
