import { join } from 'node:path'
import { expect, test } from 'vitest'
import { synthetic } from '../../src/data/synthetic/synthetic.js'
import type { ExperimentConfig, ExperimentInput } from '../../src/experiment/config.js'
import { ema } from '../../src/experiment/averaging-config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { batchNorm, conv, dense, dropout, flatten, relu } from '../../src/model/layers.js'
import { network } from '../../src/model/model.js'
import { clipNorm } from '../../src/optimizer/gradient-clipping.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { rotational } from '../../src/optimizer/controls/rotational.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { mix } from '../../src/random.js'
import { openRun } from '../../src/run/open-run.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { rotateTo } from '../../src/schedule/rotate-to.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { inTier } from '../support/tier.js'
import { measured, runUntil, type Moment } from './killed-run.js'

/** Kills of each experiment. */
const kills = Number(process.env['LAYER_ROTATION_KILLS'] ?? inTier(2, 10))
/** Seed of the moments. */
const seed = Number(process.env['LAYER_ROTATION_KILLS_SEED'] ?? Date.now() % 2 ** 32)

const shared = {
  data: synthetic({ shape: [3, 8, 8], classes: 7, train: 200, test: 50 }),
  model: network({
    layers: [
      conv({ name: 'conv0', filters: 4, kernel: 3 }),
      batchNorm({ name: 'bn0' }),
      relu({ name: 'relu0' }),
      flatten({ name: 'flatten' }),
      dropout({ name: 'dropout0', rate: 0.2 }),
      dense({ name: 'dense0', units: 7 }),
    ],
  }),
  validation: { share: 0.2 },
  augmentation: { shift: 1, flip: true },
  epochs: 16,
  batchSize: 10,
  device: 'cpu',
  threads: 1,
  record: { steps: 1, references: ['lastEpoch'] },
  // Checkpoints as often as possible, so that most kills hit a write.
  checkpoint: { everyEpochs: 1, everyMinutes: 0.002, keep: 2 },
} as const satisfies Partial<ExperimentInput>

const experiments: [string, ExperimentConfig][] = [
  [
    'an optimizer with states',
    experiment({ ...shared, name: 'states', optimizer: rotational(adam()), learningRate: constant(0.01) }),
  ],
  [
    'averaged weights, clipped gradients, batches in parts and images that are changed in every way',
    experiment({
      ...shared,
      name: 'averaged',
      optimizer: adam(),
      gradientClipping: clipNorm(0.5),
      accumulation: 2,
      averaging: ema({ decay: 0.9 }),
      augmentation: { crop: { padding: 1 }, randAugment: {}, randomErasing: {}, mixing: { mixup: 0.2, cutmix: 1 } },
      learningRate: constant(0.01),
    }),
  ],
  [
    'rates that are learnt',
    experiment({
      ...shared,
      name: 'rates',
      optimizer: layca(sgd({ momentum: 0.9 })),
      learningRate: rotateTo([
        [0, 0],
        [16, 0.5],
      ]),
    }),
  ],
]

/** Returns the i-th moment of a kill: in turn at a time, while a checkpoint and while a part of steps/ is written. */
function moment(i: number): Moment {
  const random = mix(mix(seed) + i) / 2 ** 32
  if (i % 4 === 1) return { type: 'write', folder: 'checkpoints', n: 1 + Math.floor(random * 12) }
  if (i % 4 === 3) return { type: 'write', folder: 'steps', n: 1 + Math.floor(random * 2) }
  return { type: 'time', after: random * 1500 }
}

test.each(experiments)(
  `under %s, a run that is killed ${kills} times has the numbers of one that is not`,
  async (_, config) => {
    const whole = join(temporaryFolder(), 'whole')
    await runUntil(whole, config)
    const expected = measured(whole)
    expect(expected.size).toBeGreaterThan(10)
    const sharedFolder = temporaryFolder()
    let [folder, i, done] = [join(sharedFolder, 'run0'), 0, 0]
    while (done < kills) {
      const ending = moment(i++)
      // A run that came to its end makes room for another one.
      if (await runUntil(folder, config, ending)) done++
      else {
        compare(folder)
        folder = join(sharedFolder, `run${i}`)
      }
    }
    await runUntil(folder, config)
    compare(folder)
    expect((await openRun(folder)).status).toMatchObject({ status: 'finished', epoch: 16 })

    function compare(killed: string): void {
      const found = measured(killed)
      const where = `seed ${seed}, ${killed}`
      expect([...found.keys()], where).toEqual([...expected.keys()])
      for (const [file, content] of expected) expect(found.get(file) === content, `${file}, ${where}`).toBe(true)
    }
  },
  60_000 + kills * 60_000,
)
