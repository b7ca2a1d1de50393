import { z } from 'zod'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { biasInitializerSchema, initializerSchema } from '../initializer.js'
import { layerType } from '../layer-type.js'
import { parameter } from '../tensors.js'
import { layerKeys, type NameOption } from './keys.js'
import { Refusal } from './refusal.js'

const denseSchema = strictObject({
  ...layerKeys('dense'),
  /** The number of units, at least 1: the features of the output. */
  units: z.int().min(1),
  /**
   * true: a number for each unit is added to its output.
   *
   * @default true
   */
  bias: z.boolean().default(true),
  /**
   * The distribution of the initial weight. Keras's default; PyTorch's is `{ type: 'pytorchDefault' }`.
   *
   * @default {"type":"glorotUniform"}
   */
  init: initializerSchema.default({ type: 'glorotUniform' }),
  /**
   * The distribution of the initial bias, any but orthogonal. Keras's default; PyTorch's is `{ type: 'pytorchDefault' }`.
   *
   * @default {"type":"zeros"}
   */
  biasInit: biasInitializerSchema.default({ type: 'zeros' }),
})

/**
 * A fully connected layer, [inputs] -> [units], y = weight · x + bias. Its `weight` is a monitored layer.
 *
 * Parameters: `weight` [units, inputs] and, with bias, `bias` [units]. Defaults are Keras's: bias, weights
 * glorotUniform, biases zero. PyTorch: `nn.Linear(inputs, units, bias)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const dense: Constructor<typeof denseSchema, NameOption> = constructorOf(denseSchema)

export const denseType = layerType({
  schema: denseSchema,
  isMonitored: true,
  outputShape({ units }, input) {
    if (input.length !== 1) throw new Refusal('takes one row of features, [n]', 'put a flatten between')
    return [units]
  },
  tensors({ units, bias }, input) {
    const weight = parameter('weight', [units, input[0]!])
    return bias ? [weight, parameter('bias', [units])] : [weight]
  },
  caption: ({ units }) => units.toLocaleString('en'),
})
