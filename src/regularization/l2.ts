import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../validation/constructor.js'
import { fp32 } from '../validation/fp32.js'
import { strictObject } from '../validation/strict-object.js'

export const l2Schema = strictObject({
  /** Selects the L2 penalty. */
  type: z.literal('l2'),
  /** The factor w of the penalty w·ΣW², at least 0. Its double, the factor of the gradient, is an fp32 number, too. */
  factor: fp32(z.number().min(0).max(1.7e38)),
  /**
   * Names of layers that have no penalty.
   * @default []
   */
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
export const l2: ConstructorWith<typeof l2Schema, 'factor'> = constructorWith(l2Schema, 'factor')
