import { constructorOf, type Constructor } from '../../validation/constructor.js'
import type { NameOption } from './keys.js'
import { poolSchema, poolType } from './pooling.js'

const maxPoolSchema: ReturnType<typeof poolSchema<'maxPool'>> = poolSchema('maxPool')

/**
 * The largest value of each window, [c, h, w] -> [c, h', w']; padding never wins. PyTorch: `nn.MaxPool2d(size, stride,
 * padding)`.
 *
 *     maxPool({ name: 'pool', size: 2 })   // halves height and width
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const maxPool: Constructor<typeof maxPoolSchema, NameOption> = constructorOf(maxPoolSchema)

export const maxPoolType = poolType(maxPoolSchema)
