import { expect, test } from 'vitest'
import { zoo, type ZooNetwork } from '../../src/model/zoo/zoo.js'
import { allImages, imageTrainer } from '../native/support/image-model.js'
import { relativeDistance } from '../native/support/vectors.js'
import { device, isCuda, onDevice } from './device.js'

const networks = Object.entries<ZooNetwork>(zoo).map(([name, network]) => {
  // The masks of dropout follow the order of values in memory, in which the stand-in differs; test/native has their tests.
  const options = 'dropout' in network.options.shape ? { dropout: 0 } : {}
  const layers = network.layers(network.options.parse({ ...network.shownWith, ...options }))
  return [name, layers, network.inputShape] as const
})

onDevice('on six images', () => {
  test.each(networks)('%s does what it does on the CPU', async (_, layers, shape) => {
    const inputShape = shape as [number, number, number]
    const cpu = await imageTrainer({ layers, inputShape }, { device: 'cpu', threads: 0 })
    const expected = {
      trained: await cpu.trainer.probe(allImages, 'train'),
      evaluated: await cpu.trainer.probe(allImages, 'evaluate'),
    }
    // If the CPU stands in for the GPU, this format's order of sums differs.
    const memoryFormat = isCuda ? 'channelsLast' : 'contiguous'
    const gpu = await imageTrainer({ layers, inputShape }, { device, memoryFormat, threads: 0 })
    const found = {
      trained: await gpu.trainer.probe(allImages, 'train'),
      evaluated: await gpu.trainer.probe(allImages, 'evaluate'),
    }
    expect(relativeDistance(found.trained.logits, expected.trained.logits)).toBeLessThan(1e-3)
    expect(found.trained.loss).toBeCloseTo(expected.trained.loss, 3)
    expect(relativeDistance(found.evaluated.logits, expected.evaluated.logits)).toBeLessThan(1e-3)
    const all = (gradients: { data: Float32Array }[]) => Float32Array.from(gradients.flatMap(({ data }) => [...data]))
    expect(found.trained.gradients.map(({ name }) => name)).toEqual(expected.trained.gradients.map(({ name }) => name))
    expect(relativeDistance(all(found.trained.gradients), all(expected.trained.gradients))).toBeLessThan(0.05)
  })
})
