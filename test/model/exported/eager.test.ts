import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exported, withPrograms } from '../../../src/model/exported/exported.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { needsPyTorch, pytorch } from '../../support/pytorch/pytorch.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { allParameters, smallTrainer, trainEpoch, weightsByName } from '../../native/support/small-trainer.js'

needsPyTorch()

const [steps, batch, rate] = [20, 16, 0.01]

interface Eager {
  images: number[]
  losses: number[]
  evaluation: number
  weights: Record<string, number[]>
}

/** Trains a network of nets.py eagerly, and its exported file here. */
async function trainBoth(net: string, precision: 'fp32' | 'bf16') {
  const file = join(temporaryFolder(), 'net.pt2')
  const program = 'test/model/exported/nets.py'
  const eager = (await pytorch(program, net, file, steps, batch, rate, precision === 'bf16')) as Eager
  const { layers } = exported({ file })
  const images = Uint8Array.from(eager.images)
  const split = { images, labels: Int32Array.from({ length: steps * batch }, (_, i) => i % 10) }
  const trainer = await smallTrainer({
    layers: withPrograms(layers),
    inputShape: [1, 12, 12],
    classes: 10,
    optimizer: sgd({ momentum: 0.9 }),
    parameters: allParameters(layers, [1, 12, 12]),
    precision,
    data: { mean: Float64Array.of(127.5), deviation: Float64Array.of(64), train: split, test: split },
  })
  const order = Int32Array.from({ length: steps * batch }, (_, i) => i)
  const { losses } = await trainEpoch(trainer, { order, batchSize: batch, rate })
  return { eager, losses, trainer }
}

const relative = (found: number, expected: number) => Math.abs(found - expected) / Math.abs(expected)

test.each(['convolutional', 'residual', 'variants', 'attention'])(
  'the network %s trains as in eager PyTorch: losses, weights, running statistics and evaluation',
  async (net) => {
    const { eager, losses, trainer } = await trainBoth(net, 'fp32')
    losses.forEach((loss, step) => expect(relative(loss, eager.losses[step]!)).toBeLessThan(1e-5))
    const weights = await weightsByName(trainer)
    for (const [name, values] of weights) {
      const expected = eager.weights[name]!
      const size = Math.hypot(...expected)
      const distance = Math.hypot(...values.map((value, i) => value - expected[i]!))
      expect(distance / size, name).toBeLessThan(1e-4)
    }
    const { loss } = await trainer.evaluate('test', steps * batch)
    expect(relative(loss, eager.evaluation)).toBeLessThan(1e-5)
  },
)

// Some convolutions of the network residual take minutes in bf16 where the processor has no instructions for it.
test.each(['convolutional', 'attention'])('the network %s trains in bf16 as under PyTorch’s autocast', async (net) => {
  const { eager, losses } = await trainBoth(net, 'bf16')
  losses.forEach((loss, step) => expect(relative(loss, eager.losses[step]!)).toBeLessThan(5e-3))
  expect(losses.at(-1)).not.toBe(losses[0])
})
