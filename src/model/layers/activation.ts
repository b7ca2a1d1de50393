import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { layerName } from './name.js'

export const reluSchema = strictObject({ type: z.literal('relu'), name: layerName })

export const leakyReluSchema = strictObject({
  type: z.literal('leakyRelu'),
  name: layerName,
  /** Of negative values. PyTorch's default; Keras's is 0.3. */
  slope: z.number().min(0).default(0.01),
})

export const geluSchema = strictObject({
  type: z.literal('gelu'),
  name: layerName,
  approximation: z.enum(['none', 'tanh']).default('none'),
})

/**
 * max(0, x), as `nn.ReLU`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const relu = (options: Omit<z.input<typeof reluSchema>, 'type'>) =>
  validate(reluSchema, { type: 'relu', ...options }, 'relu')

/**
 * x where x > 0, slope · x elsewhere, as `nn.LeakyReLU(slope)`. slope ≥ 0.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const leakyRelu = (options: Omit<z.input<typeof leakyReluSchema>, 'type'>) =>
  validate(leakyReluSchema, { type: 'leakyRelu', ...options }, 'leakyRelu')

/**
 * x · Φ(x), Φ the normal distribution function (arXiv 1606.08415); with the approximation 'tanh',
 * x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). As `nn.GELU(approximation)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const gelu = (options: Omit<z.input<typeof geluSchema>, 'type'>) =>
  validate(geluSchema, { type: 'gelu', ...options }, 'gelu')
