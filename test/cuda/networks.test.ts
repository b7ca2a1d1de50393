import { expect, test } from 'vitest'
import { zoo, type ZooNetwork } from '../../src/model/zoo/zoo.js'
import { allImages, imageTrainer, type ImageModel } from '../native/support/image-model.js'
import { relativeDistance } from '../native/support/vectors.js'
import { device, isCuda, onDevice } from './device.js'

const networks = Object.entries<ZooNetwork>(zoo).map(([name, network]) => {
  // The masks of dropout follow the order of values in memory, in which the stand-in differs; test/native has their tests.
  const options = 'dropout' in network.options.shape ? { dropout: 0 } : {}
  const layers = network.layers(network.options.parse({ ...network.shownWith, ...options }))
  return [name, layers, network.inputShape] as const
})

type Options = NonNullable<Parameters<typeof imageTrainer>[1]>

async function probesOf(model: ImageModel, options: Options) {
  const { trainer } = await imageTrainer(model, { threads: 0, ...options })
  return { trained: await trainer.probe(allImages, 'train'), evaluated: await trainer.probe(allImages, 'evaluate') }
}

type Probes = Awaited<ReturnType<typeof probesOf>>

/** How far apart two ways to compute the same come out. */
function distances(found: Probes, expected: Probes) {
  const gradients = ({ trained }: Probes) => Float32Array.from(trained.gradients.flatMap(({ data }) => [...data]))
  return {
    trained: relativeDistance(found.trained.logits, expected.trained.logits),
    loss: Math.abs(found.trained.loss - expected.trained.loss),
    evaluated: relativeDistance(found.evaluated.logits, expected.evaluated.logits),
    gradients: relativeDistance(gradients(found), gradients(expected)),
  }
}

/** Distances that a fault would exceed, on any network. */
const floors = { trained: 1e-3, loss: 5e-4, evaluated: 1e-3, gradients: 0.05 }
const quantities = Object.keys(floors) as (keyof typeof floors)[]

onDevice('on six images', () => {
  test.each(networks)('%s does what it does on the CPU', async (_, layers, shape) => {
    const model = { layers, inputShape: shape as [number, number, number] }
    const expected = await probesOf(model, { device: 'cpu' })
    // The order of its sums differs.
    const inOtherOrder = () => probesOf(model, { device: 'cpu', memoryFormat: 'contiguous' })
    const found = isCuda ? await probesOf(model, { device }) : await inOtherOrder()
    const names = ({ trained }: Probes) => trained.gradients.map(({ name }) => name)
    expect(names(found)).toEqual(names(expected))
    const apart = distances(found, expected)
    if (quantities.every((name) => apart[name] < floors[name])) return
    // Many batch norms over six images, one behind the other, magnify what two orders of sums round differently.
    const onCpu = distances(await inOtherOrder(), expected)
    for (const name of quantities) {
      expect(apart[name], name).toBeLessThan(Math.max(floors[name], 3 * onCpu[name]))
    }
    // Beyond this the comparison would say nothing.
    expect(onCpu.gradients).toBeLessThan(0.3)
  })
})
