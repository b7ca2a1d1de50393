import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { batchNorm, dense, dropout, flatten, relu, type LayerSpec } from '../layers.js'
import type { ModelConfig } from '../model.js'

export const mlpSchema = strictObject({
  /** Units of each hidden layer. */
  hidden: z.array(z.int().min(1)),
  /** Batch normalisation after each hidden dense layer. */
  batchNorm: z.boolean().default(false),
  /** Dropout after each relu: the probability of a value to be set to 0. 0 ≤ dropout < 1, 0 for none. */
  dropout: z.number().min(0).lt(1).default(0),
  classes: z.int().min(2).default(10),
})

export type MlpOptions = z.input<typeof mlpSchema>

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
export function mlp(options: MlpOptions): ModelConfig {
  return { type: 'mlp', layers: mlpLayers(validate(mlpSchema, options, 'mlp')) }
}

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
