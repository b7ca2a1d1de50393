import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  adam,
  alphaMultipliers,
  batchNorm,
  constant,
  decoupledWeightDecay,
  dense,
  ema,
  experiment,
  flatten,
  layca,
  mlp,
  mnist,
  network,
  relu,
  rmsprop,
  sgd,
  steps,
  weightDecay,
} from '../../src/index.js'
import type { ExperimentInput, OptimizerConfig, RegularizationConfig } from '../../src/index.js'
import { controlProofs } from '../optimizer/control-proofs.js'
import { ruleProofs } from '../optimizer/rule-proofs.js'
import { expectSameCurves, expectSameTensors, trainBoth } from './agreement.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/**
 * Narrow nets, of few pre-activations that a relu may cut; see README.md. Where a batch norm follows, the weights of pixels
 * that are the same in all images have a gradient of rounding errors alone, and so has the bias: divided by its own root, it
 * is a whole step. So that net comes without the bias and with an epsilon above such gradients, and the paper's epsilon
 * with a net without batch norm.
 */
const nets = {
  paper: network({
    layers: [
      flatten({ name: 'flatten' }),
      dense({ name: 'dense0', units: 32, bias: false }),
      batchNorm({ name: 'batchNorm0' }),
      relu({ name: 'relu0' }),
      dense({ name: 'dense1', units: 10 }),
    ],
  }),
  plain: mlp({ hidden: [32, 16] }),
}

// 200 images in batches of 48: ten epochs of five steps, the fifth with 8 images.
const fiftySteps = { data: mnist({ perClass: 20 }), batchSize: 48, epochs: 10, device: 'cpu', threads: 1 } as const

const epsilon = 1e-3

/** Rules, the nets that they train and the rates at which they do. */
const rules = [...ruleProofs.values()].flatMap(({ baseline }) => Object.entries(baseline))

const named = (name: string) => name.replaceAll(/[^a-z]+/gi, '-')
const falling = (rate: number) => steps(rate, { at: [7], factor: 1 / 5 })

needsPyTorch()

describe('the PyTorch baseline after 50 steps from the same initial weights', () => {
  const expectAgreement = async (input: ExperimentInput) => {
    const { ours, theirs } = await trainBoth(input)
    expectSameTensors(await theirs.weights('last'), await ours.weights('last'), 1e-5)
    expectSameCurves(theirs, ours)
  }

  test.each(rules)('%s', async (name, [optimizer, net, rate]) => {
    await expectAgreement({
      name: named(name),
      model: nets[net],
      optimizer,
      learningRate: falling(rate),
      ...fiftySteps,
    })
  })

  test.each(rules)('layca on %s', async (name, [rule, net]) => {
    await expectAgreement({
      name: `layca-${named(name)}`,
      model: nets[net],
      optimizer: layca(rule),
      learningRate: falling(3 ** -4),
      ...fiftySteps,
    })
  })

  test.each<[string, RegularizationConfig, OptimizerConfig]>([
    ['coupled decay', weightDecay(0.1), adam({ epsilon })],
    ['decoupled decay', decoupledWeightDecay(0.1, { except: ['dense1'] }), adam({ epsilon })],
    ['decoupled decay beside sgd', decoupledWeightDecay(0.1), sgd({ momentum: 0.9 })],
    ['coupled decay under layca', weightDecay(0.1), layca(rmsprop({ epsilon }))],
  ])('%s', async (name, regularization, optimizer) => {
    const learningRate = falling(1e-2)
    await expectAgreement({
      name: named(name),
      model: nets.paper,
      optimizer,
      regularization,
      learningRate,
      ...fiftySteps,
    })
  })
})

describe('the PyTorch baseline refuses what it lacks:', () => {
  const base = { name: 'refused', model: nets.plain, optimizer: sgd(), learningRate: constant(0.1), ...fiftySteps }
  const rulesAlone = 'optimizer: the baseline has the update rules alone and under layca'
  const otherControls = [...controlProofs].filter(([type]) => type !== 'layca')

  test.each<[string, Partial<ExperimentInput>, string]>([
    ...otherControls.map(([type, { made }]): [string, Partial<ExperimentInput>, string] => [
      type,
      { optimizer: made[0][0] },
      `${rulesAlone}, not ${type}`,
    ]),
    [
      'layca by neuron',
      { optimizer: layca(sgd(), { per: 'neuron' }) },
      'optimizer.per: the baseline has layca by layer, not by neuron',
    ],
    ['groups', { groups: [{ match: { kind: 'bias' }, trained: false }] }, 'groups: the baseline trains all parameters'],
    ['multipliers', { multipliers: alphaMultipliers(0.5) }, 'multipliers: the baseline trains all parameters'],
    ['averages', { averaging: ema() }, 'averaging: the baseline keeps no average of the weights'],
    [
      'mixed images',
      { augmentation: { mixing: { mixup: 1 } } },
      'augmentation.mixing: the baseline has no such change of images',
    ],
  ])('%s', async (_, change, message) => {
    const folder = temporaryFolder()
    const [file, out] = ['refused.json', 'refused.safetensors'].map((name) => join(folder, name))
    await writeFile(file!, JSON.stringify(experiment({ ...base, ...change })))
    await expect(pytorch('baseline.probe', [file, '--out', out])).rejects.toThrow(message)
  })
})
