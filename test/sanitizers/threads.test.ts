import { expect, test } from 'vitest'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import type { ImageModel } from '../native/support/image-model.js'
import { plainNet, residualNet } from '../native/support/networks.js'
import { randomSplit, smallTrainer, trainEpoch } from '../native/support/small-trainer.js'

const images = 48

/** Two steps on images that are large enough for every kernel to have work for four threads. */
async function trained({ layers, inputShape: [channels] }: ImageModel, threads: number, compute: object) {
  const split = (seed: number) => randomSplit(images, seed, channels * 32 * 32)
  const trainer = await smallTrainer({
    ...compute,
    threads,
    layers,
    inputShape: [channels, 32, 32],
    classes: layers === plainNet.layers ? 4 : 5,
    optimizer: layca(sgd({ momentum: 0.9 })),
    augmentation: { shift: 4, flip: true },
    data: { mean: Float64Array.of(120), deviation: Float64Array.of(64), train: split(1), test: split(2) },
  })
  await trainer.setReference('start')
  const order = Int32Array.from({ length: images }, (_, i) => i)
  const record = { neurons: true, spectral: true, references: ['start'] }
  const epoch = { order, batchSize: images / 2, rate: 0.01, recorded: true, record }
  const [{ losses }, { loss }] = await Promise.all([trainEpoch(trainer, epoch), trainer.evaluate('test', images)])
  return [...losses, loss]
}

const nets: [string, ImageModel][] = [
  ['a residual net', residualNet],
  ['a plain net', plainNet],
]
const computes = [{}, { precision: 'bf16' }, { memoryFormat: 'contiguous' }, { preferAten: true }]

test.each(nets)('%s trains in four threads as in one', async (_, net) => {
  for (const compute of computes) {
    const [expected, actual] = [await trained(net, 1, compute), await trained(net, 4, compute)]
    for (const [i, loss] of actual.entries()) expect(loss).toBeCloseTo(expected[i]!, 2)
  }
})
