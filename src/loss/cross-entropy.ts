import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

export const crossEntropySchema = strictObject({
  type: z.literal('crossEntropy'),
  /** 0 ≤ labelSmoothing < 1 */
  labelSmoothing: z.number().min(0).lt(1).default(0),
})

export type CrossEntropyConfig = z.output<typeof crossEntropySchema>

/**
 * Cross-entropy of the softmax, computed from the logits as torch.nn.CrossEntropyLoss does. With `labelSmoothing` ε the
 * target of an image is (1 - ε) on its class and ε / classes on every class more. The same loss trains and evaluates.
 *
 *     crossEntropy({ labelSmoothing: 0.1 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function crossEntropy(options: Omit<z.input<typeof crossEntropySchema>, 'type'> = {}): CrossEntropyConfig {
  return validate(crossEntropySchema, { type: 'crossEntropy', ...options }, 'crossEntropy')
}
