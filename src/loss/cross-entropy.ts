import { z } from 'zod'
import { constructorOf, type Constructor } from '../validation/constructor.js'
import { fp32 } from '../validation/fp32.js'
import { strictObject } from '../validation/strict-object.js'

export const crossEntropySchema = strictObject({
  /** Selects the cross-entropy of the softmax. */
  type: z.literal('crossEntropy'),
  /**
   * The share of the target that is spread evenly over all classes, 0 ≤ labelSmoothing < 1.
   * @default 0
   */
  labelSmoothing: fp32(z.number().min(0).lt(1)).default(0),
})

export type CrossEntropyConfig = z.output<typeof crossEntropySchema>

/**
 * Cross-entropy of the softmax, computed from the logits as torch.nn.CrossEntropyLoss does. With `labelSmoothing` ε the
 * target of an image is ε / classes on every class, plus 1 - ε on its own. The same loss trains and evaluates.
 *
 *     crossEntropy({ labelSmoothing: 0.1 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const crossEntropy: Constructor<typeof crossEntropySchema> = constructorOf(crossEntropySchema)
