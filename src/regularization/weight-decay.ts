import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../validation/constructor.js'
import { fp32 } from '../validation/fp32.js'
import { strictObject } from '../validation/strict-object.js'

export const weightDecaySchema = strictObject({
  /** Selects PyTorch's weight decay. */
  type: z.literal('weightDecay'),
  /** The factor λ of the gradient λw, at least 0. */
  factor: fp32(z.number().min(0)),
})

export type WeightDecayConfig = z.output<typeof weightDecaySchema>

/**
 * The `weight_decay` of PyTorch's SGD: the gradient λw on every parameter that trains, biases and normalisation parameters
 * included. It goes through momentum as the loss's does. Under layca only the layers train, so only they decay.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const weightDecay: ConstructorWith<typeof weightDecaySchema, 'factor'> = constructorWith(
  weightDecaySchema,
  'factor',
)
