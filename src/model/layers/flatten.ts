import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { layerName } from './name.js'

export const flattenSchema = strictObject({ type: z.literal('flatten'), name: layerName })

/**
 * Joins all dimensions of an example into one, channels first: [c, h, w] -> [c·h·w]. PyTorch: `nn.Flatten()`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const flatten = (options: Omit<z.input<typeof flattenSchema>, 'type'>) =>
  validate(flattenSchema, { type: 'flatten', ...options }, 'flatten')
