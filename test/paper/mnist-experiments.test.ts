import { describe, expect, test } from 'vitest'
import { publishedMnist } from '../../src/paper/published/mnist.js'
import { mnist } from '../../src/paper/mnist.js'
import type { PaperSettings } from '../../src/paper/task.js'
import { nominalRate } from '../../src/schedule/nominal-rate.js'
import { rateTable } from '../../src/schedule/rate-table.js'

const experiments = (settings: PaperSettings = {}) => mnist.trainings(settings).map(({ config }) => config)

describe('the experiments of the paper on MNIST', () => {
  test('are four rates of one perceptron, as section 6 of the notebooks has them', () => {
    const four = experiments({ seed: 7, device: 'cpu', threads: 2 })
    expect(four.map(({ learningRate }) => learningRate)).toEqual([
      { type: 'steps', initial: 3 ** -2, at: [90], factor: 0.2 },
      { type: 'steps', initial: 3 ** -2.5, at: [95], factor: 0.2 },
      { type: 'steps', initial: 3 ** -3, at: [95], factor: 0.2 },
      { type: 'constant', initial: 3 ** -4 },
    ])
    for (const experiment of four) {
      expect(experiment).toMatchObject({
        name: 'paper-mnist',
        data: { type: 'mnist', perClass: 1000 },
        optimizer: { type: 'layca', rule: { type: 'sgd', momentum: 0 } },
        epochs: 100,
        batchSize: 2048,
        seed: 7,
        device: 'cpu',
        threads: 2,
      })
      expect(experiment.model.layers.map(({ name }) => name)).toEqual([
        'flatten',
        'dense0',
        'batchNorm0',
        'relu0',
        'dense1',
      ])
    }
    expect(four.map(({ learningRate }) => nominalRate(learningRate))).toEqual(
      publishedMnist.rows.map((row) => row.learningRate),
    )
  })

  test('drop their rates after 90 and 95 epochs', () => {
    const rates = (experiment: number, epoch: number) =>
      rateTable(experiments()[experiment]!, ['dense0', 'dense1'], epoch, 5)[0]!
    expect(rates(0, 89)).toBeCloseTo(1 / 9, 12)
    expect(rates(0, 90)).toBeCloseTo(1 / 45, 12)
    expect(rates(1, 94) / rates(1, 95)).toBeCloseTo(5, 12)
    expect(rates(3, 99)).toBeCloseTo(1 / 81, 12)
  })

  test('keep the place of the drops when shortened, and have none where it is after the end', () => {
    const at = (epochs: number) =>
      experiments({ epochs }).map(({ learningRate }) => ('at' in learningRate ? learningRate.at : 'constant'))
    expect(at(20)).toEqual([[18], [19], [19], 'constant'])
    expect(at(2)).toEqual(['constant', 'constant', 'constant', 'constant'])
  })
})
