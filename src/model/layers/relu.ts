import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType, sameShape } from '../layer-type.js'
import { layerKeys, type NameOption } from './keys.js'

const reluSchema = strictObject(layerKeys('relu'))

/**
 * max(0, x), as `nn.ReLU`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const relu: Constructor<typeof reluSchema, NameOption> = constructorOf(reluSchema)

export const reluType = layerType({ schema: reluSchema, outputShape: sameShape })
