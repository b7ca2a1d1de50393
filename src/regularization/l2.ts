import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

export const l2Schema = strictObject({
  type: z.literal('l2'),
  /** w of the penalty w·ΣW². At least 0. */
  factor: z.number().min(0),
  /** Names of layers that have no penalty. */
  except: z.array(z.string()).default([]),
})

export type L2Config = z.output<typeof l2Schema>

/**
 * Keras's and the paper's L2: the penalty w·ΣW² on the weights of the layers, whose gradient is 2wW. Biases and
 * normalisation parameters have none. The gradient goes through momentum as the loss's does; reported losses leave the
 * penalty out. In PyTorch's words this is a weight_decay of 2w on these weights.
 *
 *     l2(1e-3, { except: ['dense'] })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function l2(factor: number, options: { except?: readonly string[] } = {}): L2Config {
  return validate(l2Schema, { type: 'l2', factor, ...options }, 'l2')
}
