import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType, sameShape } from '../layer-type.js'
import { layerKeys, type NameOption } from './keys.js'

const dropoutSchema = strictObject({
  ...layerKeys('dropout'),
  /** The probability that a value is set to 0, 0 ≤ rate < 1. */
  rate: fp32(z.number().min(0).lt(1)),
})

/**
 * Sets each value, in training, to 0 with probability `rate`, 0 ≤ rate < 1, and divides the others by 1 - rate.
 * PyTorch: `nn.Dropout(rate)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const dropout: Constructor<typeof dropoutSchema, NameOption> = constructorOf(dropoutSchema)

export const dropoutType = layerType({
  schema: dropoutSchema,
  outputShape: sameShape,
  summary: ({ rate }) => String(rate),
  caption: ({ rate }) => String(rate),
})
