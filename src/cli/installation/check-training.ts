import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthetic } from '../../data/synthetic/synthetic.js'
import { LayerRotationError } from '../../errors.js'
import { reading } from '../../files/reading.js'
import { writing } from '../../files/write.js'
import { experiment } from '../../experiment/experiment.js'
import { batchNorm, conv, dense, flatten, maxPool, relu } from '../../model/layers.js'
import { layca } from '../../optimizer/controls/layca.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { layout } from '../../run/layout.js'
import { constant } from '../../schedule/curves/constant.js'
import { duration, significant } from '../../numbers.js'
import { train } from '../../train/train.js'
import { failed, passed, type Check } from './check.js'

/** Checks on a device, with two runs of a tiny network, that the loss falls and that both end with the same bits. */
export async function* checkRepetition(device: string): AsyncGenerator<Check> {
  const [training, repetition] = [`training on ${device}`, `repeatable on ${device}`]
  let runs: string | undefined
  try {
    runs = await writing(tmpdir(), () => mkdtemp(join(tmpdir(), 'layer-rotation-check-')))
    const first = await trainOnce(device, join(runs, 'first'))
    const found = `${duration(first.seconds)}, loss ${first.losses.map(significant).join(' → ')}`
    const [begin = NaN, end = NaN] = first.losses
    if (!(end < begin)) {
      yield failed(
        training,
        `${found}: the loss does not fall`,
        'this is a bug in layer-rotation; please report it with the output of `layer-rotation info`',
      )
      return
    }
    yield passed(training, found)
    const second = await trainOnce(device, join(runs, 'second'))
    yield first.digest === second.digest
      ? passed(repetition, 'two runs end with the same weights, bit for bit')
      : failed(
          repetition,
          'two runs of the same config and seed end with different weights',
          'rebuild with `npx layer-rotation build`; if that does not help, please report it with the output of `layer-rotation info`',
        )
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    yield failed(training, error.message, adviceFor(error))
  } finally {
    if (runs !== undefined) await rm(runs, { recursive: true, force: true }).catch(() => undefined)
  }
}

function adviceFor({ code }: LayerRotationError): string {
  if (code === 'OUT_OF_MEMORY') return 'end other programs that use this device, or choose another with --device'
  if (code === 'WRITE_FAILED' || code === 'READ_FAILED')
    return 'set TMPDIR to a folder with space that you may write to'
  return 'choose another device with --device, or look the error up in docs/errors.md'
}

async function trainOnce(
  device: string,
  folder: string,
): Promise<{ losses: number[]; seconds: number; digest: string }> {
  const { metrics } = await train({ ...tiny, device }, { folder })
  const last = join(folder, layout.weights('last'))
  const weights = await reading(last, () => readFile(last))
  return {
    losses: [metrics.at(0)!.trainLoss, metrics.at(-1)!.trainLoss],
    seconds: metrics.at(-1)!.seconds,
    digest: createHash('sha256').update(weights).digest('hex'),
  }
}

/** An experiment with the layers that most networks need, on synthetic images. */
const tiny = experiment({
  name: 'check',
  data: synthetic({ shape: [3, 16, 16], classes: 4, train: 512, test: 64 }),
  model: {
    type: 'network',
    layers: [
      conv({ name: 'conv0', filters: 8, kernel: 3, padding: 'same', bias: false }),
      batchNorm({ name: 'batchNorm0' }),
      relu({ name: 'relu0' }),
      maxPool({ name: 'maxPool0', size: 2 }),
      flatten({ name: 'flatten' }),
      dense({ name: 'dense0', units: 4 }),
    ],
  },
  optimizer: layca(sgd({ momentum: 0.9 })),
  learningRate: constant(0.1),
  augmentation: { shift: 2, flip: true },
  epochs: 3,
  batchSize: 64,
})
