import { join } from 'node:path'
import { expect, test } from 'vitest'
import { synthetic } from '../../src/data/synthetic/synthetic-config.js'
import type { ExperimentInput } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { parameterSettings } from '../../src/groups/parameter-settings.js'
import { resnet18 } from '../../src/model/zoo/pytorch-resnet.js'
import { adamW } from '../../src/optimizer/rules/adam-w.js'
import { larc } from '../../src/optimizer/controls/lars.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { adamP } from '../../src/optimizer/controls/projected.js'
import { rotational } from '../../src/optimizer/controls/rotational.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { train } from '../../src/train/train.js'
import type { Weights } from '../../src/weights/weights.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A small ResNet of which groups freeze and train this and that. */
const grouped = {
  name: 'grouped',
  data: synthetic({ shape: [3, 8, 8], classes: 10, train: 100, test: 20 }),
  model: resnet18({ blocks: [1, 1], width: 4 }),
  groups: [
    { match: { kind: 'normalization' }, trained: true },
    { match: { layers: ['bn1'] }, trained: false },
    { match: { kind: 'shortcut' }, controlled: false },
    { match: { kind: 'last' }, trained: false },
    { match: { parameters: ['linear.bias'] }, trained: true, weightDecay: 0.1 },
  ],
  optimizer: sgd(),
  learningRate: constant(0.05),
  epochs: 1,
  batchSize: 10,
  device: 'cpu',
  threads: 1,
} as const satisfies ExperimentInput

const norm = (weights: Weights, name: string) => Math.hypot(...weights.get(name)!.data)

test.each([sgd({ momentum: 0.9 }), layca(sgd()), rotational(adamW()), adamP(), larc(sgd())])(
  'just the parameters that their groups train change, under %j',
  async (optimizer) => {
    const config = experiment({ ...grouped, optimizer })
    const run = await train(config, { folder: join(temporaryFolder(), 'run') })
    const [initial, last] = [await run.weights('initial'), await run.weights('last')]
    const settings = parameterSettings(config)
    const changed = settings.filter(({ name }) => initial.get(name)!.data.some((x, i) => x !== last.get(name)!.data[i]))
    expect(changed.map(({ name }) => name)).toEqual(settings.filter(({ trained }) => trained).map(({ name }) => name))
  },
)

test('a shortcut that layca does not control changes its norm, the other kernels keep theirs', async () => {
  const run = await train(experiment({ ...grouped, optimizer: layca(sgd()) }), {
    folder: join(temporaryFolder(), 'run'),
  })
  const [initial, last] = [await run.weights('initial'), await run.weights('last')]
  const relative = (layer: string) => norm(last, `${layer}.weight`) / norm(initial, `${layer}.weight`) - 1
  for (const layer of ['conv1', 'layer1.0.conv1', 'layer2.0.conv2'])
    expect(Math.abs(relative(layer))).toBeLessThan(1e-6)
  expect(Math.abs(relative('layer2.0.shortcut.0'))).toBeGreaterThan(1e-5)
})

test('groups change rate and decay of just the parameters that they match', async () => {
  // One step of plain SGD on the same batch: w' = w - rate·factor·(g + decay·w).
  const once = async (groups: ExperimentInput['groups']) => {
    const config = experiment({ ...grouped, batchSize: 100, optimizer: sgd(), groups })
    const run = await train(config, { folder: join(temporaryFolder(), 'run') })
    return { initial: await run.weights('initial'), last: await run.weights('last') }
  }
  const usual = await once([])
  const changed = await once([
    { match: { kind: 'first' }, rate: 0.5 },
    { match: { layers: ['layer2.0.conv?'] }, weightDecay: 2 },
  ])
  for (const { name } of parameterSettings(experiment(grouped))) {
    const w = usual.initial.get(name)!.data
    const step = (weights: Weights) => weights.get(name)!.data.map((x, i) => x - w[i]!)
    const [before, after] = [step(usual.last), step(changed.last)]
    const expected = before.map((x, i) => {
      if (name === 'conv1.weight') return 0.5 * x
      return name.startsWith('layer2.0.conv') ? x - 0.05 * 2 * w[i]! : x
    })
    const error = Math.max(...after.map((x, i) => Math.abs(x - expected[i]!)))
    expect([name, error < 2e-7]).toEqual([name, true])
  }
})
