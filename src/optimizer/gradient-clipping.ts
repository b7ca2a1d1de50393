import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../validation/constructor.js'
import { fp32 } from '../validation/fp32.js'
import { strictObject } from '../validation/strict-object.js'

const clipNormSchema = strictObject({
  /** Selects a bound of the gradient's norm. */
  type: z.literal('clipNorm'),
  /** The largest Euclidean norm, above 0; a gradient of a larger one is multiplied by max / (norm + 1e-6). */
  max: fp32(z.number().positive()),
  /**
   * The gradients that have one norm together: 'network', those of all parameters that train; 'parameter', those of each
   * parameter by itself, a weight or a bias.
   *
   * @default "network"
   */
  per: z.enum(['network', 'parameter']).default('network'),
})

const clipValueSchema = strictObject({
  /** Selects a bound of each number of the gradient. */
  type: z.literal('clipValue'),
  /** The largest magnitude of a number, above 0. */
  max: fp32(z.number().positive()),
})

export const gradientClippingSchema = z.discriminatedUnion('type', [clipNormSchema, clipValueSchema])

export type ClipNormConfig = z.output<typeof clipNormSchema>

export type ClipValueConfig = z.output<typeof clipValueSchema>

export type GradientClippingConfig = z.output<typeof gradientClippingSchema>

/**
 * PyTorch's `torch.nn.utils.clip_grad_norm_`: the gradients of all parameters that train, frozen ones left out, are multiplied
 * by min(1, max / (norm + 1e-6)), where norm is that of all of them together. Weight decay, l2's included, is added afterwards,
 * as by PyTorch's `weight_decay`. With `per: 'parameter'` each parameter has its own norm and factor, as in Keras's `clipnorm`.
 *
 *     clipNorm(1)
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const clipNorm: ConstructorWith<typeof clipNormSchema, 'max'> = constructorWith(clipNormSchema, 'max')

/**
 * PyTorch's `torch.nn.utils.clip_grad_value_`: each number of the gradients is kept within ±max. Weight decay is added afterwards.
 * An infinite number is not clipped: it ends the training, as it does without clipping.
 *
 *     clipValue(0.5)
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const clipValue: ConstructorWith<typeof clipValueSchema, 'max'> = constructorWith(clipValueSchema, 'max')
