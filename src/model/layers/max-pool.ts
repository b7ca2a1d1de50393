import { constructorOf } from '../../validation/constructor.js'
import { poolSchema, poolType } from './pooling.js'

const maxPoolSchema = poolSchema('maxPool')

/**
 * The largest value of each window, [c, h, w] -> [c, h', w']; padding never wins. PyTorch: `nn.MaxPool2d(size, stride,
 * padding)`.
 *
 *     maxPool({ name: 'pool', size: 2 })   // halves height and width
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const maxPool = constructorOf(maxPoolSchema)

export const maxPoolType = poolType(maxPoolSchema)
