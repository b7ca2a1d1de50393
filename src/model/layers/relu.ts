import { constructorOf } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType, sameShape } from '../layer-type.js'
import { layerKeys } from './keys.js'

const reluSchema = strictObject(layerKeys('relu'))

/**
 * max(0, x), as `nn.ReLU`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const relu = constructorOf(reluSchema)

export const reluType = layerType({ schema: reluSchema, outputShape: sameShape })
