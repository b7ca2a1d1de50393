import { expect, test, vi } from 'vitest'
import { constant, conv, dataset, dense, flatten, gelu, network, sgd, type ExperimentInput } from '../../src/index.js'
import { needsPyTorch } from '../support/pytorch/pytorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { expectSameCurves, expectSameTensors, trainBoth } from './agreement.js'

needsPyTorch()

const [height, width] = [7, 6]

/** Smooth numbers that tell nothing but do not repeat, far from 0 … 255. */
const numbers = (images: number, channels: number, from: number) =>
  Float32Array.from({ length: images * channels * height * width }, (_, i) => 3 + 1e-2 * Math.sin(from + i ** 1.1))

const labels = (images: number) => Int32Array.from({ length: images }, (_, i) => (i * i) % 5)

test.each([
  [1, 'scalar', 'channelsLast'],
  [2, 'channel', 'channelsLast'],
  [4, 'channel', 'contiguous'],
  [12, 'scalar', 'channelsLast'],
] as const)(
  'fp32 images of %i channels train as in PyTorch (%s, %s)',
  async (channels, normalization, memoryFormat) => {
    vi.stubEnv('LAYER_ROTATION_DATA', temporaryFolder())
    const input: ExperimentInput = {
      name: 'own-data',
      data: dataset({
        train: { images: numbers(40, channels, 0), labels: labels(40) },
        test: { images: numbers(16, channels, 1000), labels: labels(16) },
        shape: [channels, height, width],
      }),
      normalization,
      memoryFormat,
      augmentation: { shift: 2, flip: true },
      validation: { share: 0.2 },
      model: network({
        layers: [
          conv({ name: 'conv', filters: 6, kernel: 3, padding: 'same' }),
          gelu({ name: 'gelu' }),
          flatten({ name: 'flatten' }),
          dense({ name: 'dense', units: 5 }),
        ],
      }),
      optimizer: sgd({ momentum: 0.9 }),
      learningRate: constant(0.01),
      epochs: 2,
      batchSize: 8,
      device: 'cpu',
      threads: 1,
    }
    const { ours, theirs } = await trainBoth(input)
    expectSameTensors(await theirs.weights('last'), await ours.weights('last'), 1e-5)
    expectSameCurves(theirs, ours)
    expect(ours.metrics).toHaveLength(2)
  },
)
