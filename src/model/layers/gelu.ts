import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType, sameShape } from '../layer-type.js'
import { layerKeys, type NameOption } from './keys.js'

const geluSchema = strictObject({
  ...layerKeys('gelu'),
  /**
   * The formula for Φ: 'none', the normal distribution function itself; 'tanh', its approximation by a hyperbolic tangent.
   * PyTorch's default.
   *
   * @default "none"
   */
  approximation: z.enum(['none', 'tanh']).default('none'),
})

/**
 * x · Φ(x), Φ the normal distribution function (arXiv 1606.08415); with the approximation 'tanh',
 * x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). PyTorch: `nn.GELU(approximation)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const gelu: Constructor<typeof geluSchema, NameOption> = constructorOf(geluSchema)

export const geluType = layerType({ schema: geluSchema, outputShape: sameShape })
