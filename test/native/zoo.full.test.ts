import { expect, test } from 'vitest'
import { monitoredLayers, stateShapes } from '../../src/model/describe-model.js'
import { zoo, type ZooNetwork } from '../../src/model/zoo/zoo.js'
import { imageTrainer } from './support/image-model.js'

test.each(Object.entries<ZooNetwork>(zoo))('%s is built with the tensors of its description', async (_, network) => {
  const layers = network.layers(network.options.parse(network.shownWith ?? {}))
  const inputShape = network.inputShape as [number, number, number]
  const { trainer } = await imageTrainer({ layers, inputShape })
  expect(trainer.layerNames).toEqual(monitoredLayers(layers))
  const tensors = (await trainer.weights()).map(({ name, shape }) => [name, shape])
  expect(tensors).toEqual([...stateShapes(layers, inputShape)].map(([name, { shape }]) => [name, shape]))
  const { logits } = await trainer.probe(Int32Array.of(0, 1), 'evaluate')
  expect(logits.every(Number.isFinite)).toBe(true)
  expect(Math.max(...logits) - Math.min(...logits)).toBeGreaterThan(1e-3)
})
