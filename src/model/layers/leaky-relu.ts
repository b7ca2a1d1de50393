import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType, sameShape } from '../layer-type.js'
import { layerKeys, type NameOption } from './keys.js'

const leakyReluSchema = strictObject({
  ...layerKeys('leakyRelu'),
  /**
   * The factor of negative values, at least 0. PyTorch's default; Keras's is 0.3.
   *
   * @default 0.01
   */
  slope: fp32(z.number().min(0)).default(0.01),
})

/**
 * x where x > 0, slope · x elsewhere, as `nn.LeakyReLU(slope)`. slope ≥ 0.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const leakyRelu: Constructor<typeof leakyReluSchema, NameOption> = constructorOf(leakyReluSchema)

export const leakyReluType = layerType({ schema: leakyReluSchema, outputShape: sameShape })
