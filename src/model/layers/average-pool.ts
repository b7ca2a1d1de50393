import { constructorOf, type Constructor } from '../../validation/constructor.js'
import type { NameOption } from './keys.js'
import { poolSchema, poolType } from './pooling.js'

const averagePoolSchema: ReturnType<typeof poolSchema<'averagePool'>> = poolSchema('averagePool')

/**
 * The mean of each window, [c, h, w] -> [c, h', w'], over the pixels that are in the image: padding is not counted.
 * PyTorch: `nn.AvgPool2d(size, stride, padding, count_include_pad=False)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const averagePool: Constructor<typeof averagePoolSchema, NameOption> = constructorOf(averagePoolSchema)

export const averagePoolType = poolType(averagePoolSchema)
