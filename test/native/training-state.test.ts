import { describe, expect, onTestFinished, test } from 'vitest'
import { batchNorm, dense, dropout, flatten, relu, type LayerSpec } from '../../src/model/layers.js'
import { adagrad } from '../../src/optimizer/rules/adagrad.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { clamped } from '../../src/optimizer/controls/clamped.js'
import { fixedNorm } from '../../src/optimizer/controls/fixed-norm.js'
import { magnitudeDirection } from '../../src/optimizer/controls/magnitude-direction.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import { adamP } from '../../src/optimizer/controls/projected.js'
import { muon } from '../../src/optimizer/rules/muon.js'
import { norMuon } from '../../src/optimizer/rules/nor-muon.js'
import { rmsprop } from '../../src/optimizer/rules/rmsprop.js'
import { rotational } from '../../src/optimizer/controls/rotational.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import type { EpochResult, NativeTrainer, TrainingState } from '../../src/native/contract.js'
import { addonMeasures } from '../../src/rotation/measures.js'
import { createTrainer } from '../../src/native/load.js'
import { failure } from '../support/failure.js'
import { allKernels } from './support/kernels.js'
import { epochRequest, smallSpec, smallTrainer, type SmallSpec } from './support/small-trainer.js'

const layers: LayerSpec[] = [
  flatten({ name: 'flatten' }),
  dense({ name: 'dense0', units: 11, bias: true }),
  batchNorm({ name: 'batchNorm0' }),
  relu({ name: 'relu0' }),
  dropout({ name: 'dropout0', rate: 0.3 }),
  dense({ name: 'dense1', units: 4, bias: true }),
]
const augmentation = { shift: 0, flip: false }
const optimizers: OptimizerConfig[] = [
  sgd(),
  sgd({ momentum: 0.9 }),
  adam(),
  adam({ amsgrad: true }),
  rmsprop(),
  adagrad(),
  muon(),
  layca(sgd({ momentum: 0.9 })),
  rotational(norMuon({ precision: 'fp32' })),
  fixedNorm(adam()),
  rotational(adam()),
  rotational(sgd(), { per: 'layer' }),
  adamP(),
  magnitudeDirection(sgd({ momentum: 0.9 })),
  clamped(adam(), { floor: 1e-3, ceiling: 2e-3, per: 'neuron' }),
]

/** Trains `count` steps of one image each, from step `from` on. */
function steps(trainer: NativeTrainer, from: number, count: number, earlier?: EpochResult): Promise<EpochResult> {
  const order = Int32Array.from({ length: count }, (_, i) => (from + i) % 21)
  const sums = earlier && { sums: earlier.sums }
  return trainer.trainEpoch({ ...epochRequest(trainer, { order, batchSize: 3, rate: 0.01, recorded: true }), ...sums })
}

async function trained(spec: SmallSpec, count: number): Promise<{ trainer: NativeTrainer; result: EpochResult }> {
  const trainer = await smallTrainer(spec)
  return { trainer, result: await steps(trainer, 0, count) }
}

describe.each(allKernels)('with kernels %j, another trainer continues to the same bits under', (kernels) => {
  test.each(optimizers.map((optimizer) => [JSON.stringify(optimizer), optimizer] as const))(
    '%s',
    async (_, optimizer) => {
      const spec: SmallSpec = { layers, optimizer, augmentation, ...kernels }
      const { trainer: whole, result } = await trained(spec, 42)
      const { trainer: first, result: before } = await trained(spec, 18)
      const weights = await first.weights()
      const state = await first.trainingState()

      const second = await smallTrainer(spec)
      await steps(second, 5, 12) // something to be forgotten
      await second.setWeights(weights)
      await second.setTrainingState(state)
      expect(await second.trainingState()).toEqual(state)
      const after = await steps(second, 18, 24, before)
      expect(await second.weights()).toEqual(await whole.weights())
      expect(await second.trainingState()).toEqual(await whole.trainingState())
      expect([after.loss, after.accuracy, after.sums]).toEqual([result.loss, result.accuracy, result.sums])
      expect(after.losses).toEqual(result.losses.slice(6))
      for (const column of addonMeasures) {
        expect(after.records[column]).toEqual(result.records[column].slice(12))
      }
    },
  )
})

describe('a state that is not one of the trainer is refused, and nothing changed:', () => {
  const wrong: [string, (state: TrainingState) => Partial<TrainingState>, string][] = [
    ['too few tensors', ({ tensors }) => ({ tensors: tensors.slice(0, -1) }), 'dense1.bias.1 is missing'],
    [
      'too many',
      ({ tensors }) => ({ tensors: [...tensors, { ...tensors[0]!, name: 'x' }] }),
      'there is no state named x',
    ],
    [
      'another order',
      ({ tensors }) => ({ tensors: tensors.toReversed() }),
      'found a tensor named dense1.bias.1; expected dense0.weight.0',
    ],
    [
      'another shape',
      ({ tensors: [first, ...others] }) => ({ tensors: [{ ...first!, shape: [35, 11] }, ...others] }),
      "dense0.weight.0 has shape [35, 11] with 385 values, but the model's has [11, 35]",
    ],
    [
      'too few values',
      ({ tensors: [first, ...others] }) => ({ tensors: [{ ...first!, data: new Float32Array(3) }, ...others] }),
      "dense0.weight.0 has shape [11, 35] with 3 values, but the model's has [11, 35]",
    ],
    ['running means', () => ({ runningMeans: new Float64Array(3) }), 'found 3 numbers of running means; expected 12'],
    ['steps', () => ({ steps: -1 }), 'steps: expected an integer of at least 0, found -1'],
  ]
  test.each(wrong)('%s', async (_, change, message) => {
    const { trainer } = await trained({ layers, optimizer: adam() }, 9)
    const state = await trainer.trainingState()
    const found = await failure(() => trainer.setTrainingState({ ...state, ...change(state) }))
    expect(found).toContain('INVALID_CONFIG: ')
    expect(found).toContain(message)
    expect(await trainer.trainingState()).toEqual(state)
  })
})

test('a reference is given back as it was kept', async () => {
  const { trainer } = await trained({ layers }, 3)
  const kept = (await trainer.weights()).filter(({ name }) => /dense\d\.weight/.test(name))
  await trainer.setReference('here')
  await steps(trainer, 0, 9)
  expect(await trainer.reference('here')).toEqual(kept)
  expect(await failure(() => trainer.reference('there'))).toContain('INVALID_CONFIG: ')
})

test('a trainer that was disposed of gives DISPOSED', async () => {
  const trainer = await createTrainer(smallSpec({ layers }))
  onTestFinished(() => trainer.dispose())
  const state = await trainer.trainingState()
  trainer.dispose()
  expect(await failure(() => trainer.trainingState())).toContain('DISPOSED')
  expect(await failure(() => trainer.setTrainingState(state))).toContain('DISPOSED')
})
