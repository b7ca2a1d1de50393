import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

export const weightDecaySchema = strictObject({
  type: z.literal('weightDecay'),
  /** λ of the gradient λw. At least 0. */
  factor: z.number().min(0),
})

export type WeightDecayConfig = z.output<typeof weightDecaySchema>

/**
 * What `weight_decay` is in PyTorch's SGD: the gradient λw on every parameter that trains, biases and normalisation
 * parameters included. It goes through momentum as the loss's does. Under layca only the layers train, so only they decay.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function weightDecay(factor: number): WeightDecayConfig {
  return validate(weightDecaySchema, { type: 'weightDecay', factor }, 'weightDecay')
}
