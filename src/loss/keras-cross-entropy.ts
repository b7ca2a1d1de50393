import { z } from 'zod'
import { constructorOf, type Constructor } from '../validation/constructor.js'
import { strictObject } from '../validation/strict-object.js'

export const kerasCrossEntropySchema = strictObject({
  /** Selects Keras's clipped cross-entropy. */
  type: z.literal('kerasCrossEntropy'),
})

export type KerasCrossEntropyConfig = z.output<typeof kerasCrossEntropySchema>

/**
 * The paper's loss, Keras 2.1's categorical_crossentropy after a softmax: -log p of the image's class, p clipped to
 * 1e-7 … 1 - 1e-7. The gradient of an image whose p is clipped is exactly zero, so hopeless images (p < 1e-7) are given up,
 * and no image costs more than 16.118.
 */
export const kerasCrossEntropy: Constructor<typeof kerasCrossEntropySchema> = constructorOf(kerasCrossEntropySchema)
