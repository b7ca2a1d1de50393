import { z } from 'zod'
import { fp32 } from '../../validation/fp32.js'
import { strictObject } from '../../validation/strict-object.js'
import type { Input } from '../../validation/input.js'
import { batchNorm, dense, dropout, flatten, relu, type LayerSpec } from '../layers.js'
import { classes } from './options.js'
import { modelOf, type ZooFunction } from './zoo-model.js'

export const mlpSchema = strictObject({
  /** The units of each hidden layer, from the first; an empty list for none. */
  hidden: z.array(z.int().min(1)),
  /**
   * true: batch normalisation after each hidden dense layer. The paper's network has it.
   *
   * @default false
   */
  batchNorm: z.boolean().default(false),
  /**
   * The probability that a value behind a relu is set to 0 in training, 0 ≤ dropout < 1; 0 for no dropout.
   *
   * @default 0
   */
  dropout: fp32(z.number().min(0).lt(1)).default(0),
  /**
   * The number of classes, at least 2: the units of the last layer.
   *
   * @default 10
   */
  classes: classes.default(10),
})

export type MlpOptions = Input<typeof mlpSchema>

/**
 * A multilayer perceptron: flatten; dense, batch norm, relu, dropout for each hidden layer; dense. Initialised as Keras
 * does: weights glorotUniform, biases zero.
 *
 *     mlp({ hidden: [784], batchNorm: true })   // flatten, dense0, batchNorm0, relu0, dense1: the paper's net for MNIST
 *
 * On MNIST the paper's has 624,858 parameters in 2 monitored layers.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const mlp: ZooFunction<'mlp', typeof mlpSchema> = modelOf('mlp', mlpSchema, mlpLayers)

export function mlpLayers(options: z.output<typeof mlpSchema>): LayerSpec[] {
  const hidden = options.hidden.flatMap((units, i): LayerSpec[] => [
    dense({ name: `dense${i}`, units }),
    ...(options.batchNorm ? [batchNorm({ name: `batchNorm${i}` })] : []),
    relu({ name: `relu${i}` }),
    ...(options.dropout > 0 ? [dropout({ name: `dropout${i}`, rate: options.dropout })] : []),
  ])
  const output = dense({ name: `dense${options.hidden.length}`, units: options.classes })
  return [flatten({ name: 'flatten' }), ...hidden, output]
}
