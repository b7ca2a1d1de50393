import { elements } from '../../shape.js'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType } from '../layer-type.js'
import { layerKeys, type NameOption } from './keys.js'

const flattenSchema = strictObject(layerKeys('flatten'))

/**
 * Joins all dimensions of an example into one, channels first: [c, h, w] -> [c·h·w]. PyTorch: `nn.Flatten()`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const flatten: Constructor<typeof flattenSchema, NameOption> = constructorOf(flattenSchema)

export const flattenType = layerType({ schema: flattenSchema, outputShape: (_, input) => [elements(input)] })
