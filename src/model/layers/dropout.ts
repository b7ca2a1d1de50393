import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { layerName } from './name.js'

export const dropoutSchema = strictObject({
  type: z.literal('dropout'),
  name: layerName,
  rate: z.number().min(0).lt(1),
})

/**
 * In training, sets each value to 0 with probability `rate`, 0 ≤ rate < 1, and divides the others by 1 - rate. PyTorch:
 * `nn.Dropout(rate)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const dropout = (options: Omit<z.input<typeof dropoutSchema>, 'type'>) =>
  validate(dropoutSchema, { type: 'dropout', ...options }, 'dropout')
