import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { biasInitializerSchema, initializerSchema } from '../initializer.js'
import { layerName } from './name.js'

export const denseSchema = strictObject({
  type: z.literal('dense'),
  name: layerName,
  units: z.int().min(1),
  bias: z.boolean().default(true),
  init: initializerSchema.default({ type: 'glorotUniform' }),
  biasInit: biasInitializerSchema.default({ type: 'zeros' }),
})

/**
 * A fully connected layer, [inputs] -> [units], y = weight · x + bias, of which `weight` is a monitored layer.
 *
 * Parameters: `weight` [units, inputs] and, with bias, `bias` [units]. Defaults are Keras's: bias, weights
 * glorotUniform, biases zero. PyTorch: `nn.Linear(inputs, units, bias)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const dense = (options: Omit<z.input<typeof denseSchema>, 'type'>) =>
  validate(denseSchema, { type: 'dense', ...options }, 'dense')
