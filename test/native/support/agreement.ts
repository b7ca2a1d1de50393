import { expect } from 'vitest'
import { stateShapes } from '../../../src/model/describe-model.js'
import { convolutionTolerance } from '../../support/device.js'
import { allImages, imageTrainer, randomise, type ImageModel } from './image-model.js'
import { normals } from './random.js'
import { crossEntropy, forward, slope, values } from './reference-model.js'
import { weightsByName, type SmallSpec } from './small-trainer.js'
import { dot, relativeDistance } from './vectors.js'

/** Ten times that of a convolution, for networks of some layers. */
const tolerance = 10 * convolutionTolerance

/** Asserts that a trainer of `model` with random weights does in training and in evaluation what the formulas say. */
export async function expectAgreement(model: ImageModel, options: SmallSpec = {}): Promise<void> {
  const { trainer, input, labels } = await imageTrainer(model, options)
  const state = await randomise(trainer)
  const parameters = [...stateShapes(model.layers, model.inputShape)].filter(([, { kind }]) => kind === 'parameter')
  const largest = Math.max(...parameters.map(([, { shape }]) => shape.reduce((size, length) => size * length, 1)))
  const directions = normals(largest, 3)
  const slopes = new Map(
    parameters.map(([name]) => [name, slope(model.layers, input, labels, state, name, directions)]),
  )

  const output = forward(model.layers, input, state) // moves the running statistics
  const { logits, loss, gradients } = await trainer.probe(allImages, 'train')
  expect(relativeDistance(logits, values(output))).toBeLessThan(tolerance)
  expect(loss / crossEntropy(output, labels)).toBeCloseTo(1, 6)
  expect(gradients.map(({ name }) => name)).toEqual([...slopes.keys()])
  // Before a batch norm a bias has a gradient of 0 but for rounding, and so has a scale.
  const steepest = Math.max(...[...slopes.values()].map(Math.abs))
  for (const { name, data } of gradients) {
    const expected = slopes.get(name)!
    const error = Math.abs(dot(data, directions) - expected)
    expect(error, name).toBeLessThan(1e-4 * Math.max(Math.abs(expected), 1e-2 * steepest))
  }

  const evaluated = values(forward(model.layers, input, state, false))
  for (const [name, data] of await weightsByName(trainer)) {
    expect(relativeDistance(data, state.get(name)!), name).toBeLessThan(tolerance)
  }
  const inEvaluation = await trainer.probe(allImages, 'evaluate')
  expect(relativeDistance(inEvaluation.logits, evaluated)).toBeLessThan(tolerance)
}
