import { describe, expect, test } from 'vitest'
import { dataSetOf, dataShape, type DataConfig } from '../../src/data/data.js'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { parameterSettings } from '../../src/groups/parameter-settings.js'
import { describeModel } from '../../src/model/describe-model.js'
import { c10Resnet } from '../../src/paper/tasks/c10-resnet.js'
import { bestChoice, bestLayca, bestSgd, sweptLayca, sweptSgd, type Choice } from '../../src/paper/tasks/choices.js'
import { mnist, mnistRates } from '../../src/paper/tasks/mnist.js'
import type { Task } from '../../src/paper/tasks/task.js'
import { comparedTasks } from '../../src/paper/tasks/tasks.js'
import { training } from '../../src/paper/tasks/training.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { schedule } from '../../src/schedule/schedule.js'
import { countSteps } from '../../src/train/epoch-order.js'

const { 'C10-CNN1': cnn1, 'C100-resnet': resnet, 'tiny-CNN': tiny, 'C10-CNN2': cnn2, 'C100-WRN': wrn } = comparedTasks

const configOf = (task: Task, choice: Choice = { optimizer: sgd(), ...mnistRates[0]! }) => training(task, choice, 1)

/** The rate in the middle of some epochs, over the first one. */
const factors = ({ learningRate }: ExperimentConfig, epochs: readonly number[]) => {
  const rate = schedule(learningRate)
  return epochs.map((epoch) => Number((rate(epoch + 0.5) / rate(0)).toPrecision(4)))
}

describe('a task is that of the paper', () => {
  test.each<[Task, { type: string; images: number; classes: number }, number, number]>([
    [cnn1, { type: 'cifar10', images: 50_000, classes: 10 }, 25, 4_307_296],
    [resnet, { type: 'cifar100', images: 50_000, classes: 100 }, 34, 470_192],
    [tiny, { type: 'tinyImageNet', images: 100_000, classes: 200 }, 11, 4_812_640],
    [cnn2, { type: 'cifar10', images: 50_000, classes: 10 }, 15, 14_977_728],
    [wrn, { type: 'cifar100', images: 50_000, classes: 100 }, 29, 36_518_832],
    [c10Resnet, { type: 'cifar10', images: 50_000, classes: 10 }, 112, 1_722_416],
    [mnist, { type: 'mnist', images: 60_000, classes: 10 }, 2, 624_858],
  ])('$name: images, layers and parameters', (task, { type, images, classes }, layers, parameters) => {
    const { data, model } = configOf(task)
    expect(data.type).toBe(type)
    expect(dataShape(data).classes).toBe(classes)
    expect(dataSetOf(data).images(data)?.train).toBe(images)
    const described = describeModel(model.layers, dataShape(data).inputShape)
    expect([described.monitored.length, described.parameters]).toEqual([layers, parameters])
  })

  test('batches, validation and augmentation', () => {
    const stepsOf = (task: Task) => {
      const config = configOf(task)
      const images = dataSetOf(config.data).images(config.data)!.train
      return countSteps(Math.round(images * (1 - config.validation!.share)), config)
    }
    const all = [...Object.values(comparedTasks), c10Resnet]
    expect(all.map(stepsOf)).toEqual([352, 352, 704, 351, 351, 351])
    expect(all.map((task) => configOf(task).augmentation.shift)).toEqual([0, 0, 0, 4, 4, 4])
    expect(all.map((task) => configOf(task).augmentation.flip)).toEqual([false, false, false, true, true, true])
    expect(new Set(all.map((task) => configOf(task).loss.type))).toEqual(new Set(['kerasCrossEntropy']))
    expect(all.map(({ testWeights }) => testWeights)).toEqual(['last', 'best', 'best', 'last', 'last', 'last'])
    const { data, batchSize, validation } = configOf(mnist)
    expect([(data as DataConfig & { perClass: number }).perClass, batchSize, validation]).toEqual([1000, 2048, null])
  })

  test('stopping', () => {
    expect([cnn1, resnet, tiny, c10Resnet].map((task) => configOf(task, sweptSgd(task, 1)).stopping)).toEqual([
      { notWorking: { epoch: 7, accuracy: 0.2 }, finished: { loss: 1e-4 }, converged: { times: 3 } },
      { notWorking: { epoch: 7, accuracy: 0.1 }, finished: { loss: 1e-3 }, converged: { times: 3 } },
      { notWorking: { epoch: 10, accuracy: 0.2 }, finished: { loss: 1e-3 }, converged: { times: 3 } },
      { notWorking: { epoch: 60, accuracy: 0.2 } },
    ])
    expect([cnn2, wrn].map(({ stopping }) => stopping)).toEqual([null, null])
  })

  test.each([
    [cnn1, 2e-3, undefined],
    [resnet, 2e-3, 'dense.weight'],
    [tiny, 2e-3, undefined],
    [cnn2, 1e-3, undefined],
    [wrn, 1e-3, undefined],
    [c10Resnet, 2e-3, 'dense.weight'],
  ])('$name: the gradient of L2 is 2wW, without the last layer of a ResNet', (task, decay, without) => {
    const settings = parameterSettings(configOf(task, bestSgd(task, 'SGD+L2')))
    for (const one of settings) expect(one.decay, one.name).toBe(one.name === without ? 0 : decay)
    expect(settings.some(({ name }) => name === without)).toBe(without !== undefined)
    expect(configOf(task, bestSgd(task, 'SGD')).regularization).toBeNull()
  })
})

describe('the schedule of the grids', () => {
  test.each([
    [cnn1, 100, [79, 80, 90, 97, 99], [1, 0.2, 0.04, 0.008, 0.008]],
    [resnet, 100, [69, 70, 90, 97], [1, 0.1, 0.01, 0.001]],
    [tiny, 80, [69, 70, 79], [1, 0.2, 0.2]],
    [c10Resnet, 200, [59, 60, 120, 160], [1, 0.2, 0.04, 0.008]],
    [cnn2, 250, [99, 100, 170, 220], [1, 0.2, 0.04, 0.008]],
    [wrn, 250, [99, 100, 170, 220], [1, 0.2, 0.04, 0.008]],
  ])('of $name', (task, epochs, at, expected) => {
    for (const choice of [sweptLayca(task, 3 ** -4), sweptSgd(task, 3 ** -1)]) {
      const config = configOf(task, choice)
      expect(config.epochs).toBe(epochs)
      expect(factors(config, at)).toEqual(expected)
      expect(schedule(config.learningRate)(0)).toBe(choice.rate)
    }
  })
})

describe('the best settings', () => {
  const words = (config: ExperimentConfig) => {
    const { learningRate, epochs, regularization } = config
    return [schedule(learningRate)(0), epochs, regularization !== null]
  }

  test('of SGD', () => {
    const all = [cnn1, resnet, tiny, cnn2, wrn, c10Resnet]
    expect(all.map((task) => words(configOf(task, bestSgd(task, 'SGD'))))).toEqual([
      [3 ** -1, 100, false],
      [3 ** -1, 100, false],
      [3 ** -1, 80, false],
      [3 ** -1, 250, false],
      [3 ** -2, 250, false],
      [3 ** -1, 200, false],
    ])
    expect(all.map((task) => words(configOf(task, bestSgd(task, 'SGD+L2'))))).toEqual([
      [3 ** -1, 100, true],
      [3 ** -1, 100, true],
      [3 ** -1, 100, true],
      [0.5, 250, true],
      [0.1, 200, true],
      [3 ** -1, 200, true],
    ])
    expect(all.map(({ sgd }) => sgd)).toMatchObject([
      { momentum: 0 },
      { momentum: 0 },
      { momentum: 0 },
      { momentum: 0 },
      { momentum: 0.9, nesterov: true },
      { momentum: 0 },
    ])
  })

  test('with L2 have drops of their own in three tasks', () => {
    const drops = (task: typeof tiny, at: readonly number[]) => factors(configOf(task, bestSgd(task, 'SGD+L2')), at)
    expect(drops(tiny, [69, 70, 90, 97])).toEqual([1, 0.2, 0.04, 0.008])
    expect(drops(cnn2, [24, 25, 50, 225, 249])).toEqual([1, 0.5, 0.25, 0.001953, 0.001953])
    expect(drops(wrn, [59, 60, 120, 160])).toEqual([1, 0.2, 0.04, 0.008])
  })

  test('of adaptive methods', () => {
    const all = Object.values(comparedTasks)
    const adaptive = all.map((task) => configOf(task, bestChoice(task, 'adaptive')))
    expect(adaptive.map(({ optimizer }) => optimizer)).toMatchObject([
      { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
      { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, epsilonHat: true },
      { type: 'adagrad', epsilon: 1e-7, initialAccumulator: 0 },
      { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
      { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, epsilonHat: true },
    ])
    expect(adaptive.map(words)).toEqual([
      [3 ** -6, 100, false],
      [3 ** -5, 100, false],
      [3 ** -4, 80, false],
      [3e-4, 250, true],
      [3e-4, 200, true],
    ])
    expect(factors(adaptive[3]!, [24, 25, 249])).toEqual([1, 0.5, 0.001953])
    expect(factors(adaptive[4]!, [59, 60, 120, 160])).toEqual([1, 0.2, 0.04, 0.008])

    const controlled = all.map((task) => configOf(task, bestChoice(task, 'adaptive+Layca')))
    expect(controlled.map(({ optimizer }) => optimizer)).toMatchObject(
      adaptive.map(({ optimizer }) => ({ type: 'layca', per: 'layer', rule: optimizer })),
    )
    expect(controlled.map(words)).toEqual([
      [3 ** -3, 100, false],
      [3 ** -5, 100, false],
      [3 ** -3, 80, false],
      [3 ** -3, 250, false],
      [3 ** -5, 250, false],
    ])
  })

  test('of Layca are 3^-3 for SGD, without momentum', () => {
    expect(configOf(wrn, bestLayca(wrn, sgd())).optimizer).toMatchObject({ type: 'layca', rule: { momentum: 0 } })
    expect(configOf(wrn, sweptLayca(wrn, 1)).optimizer).toMatchObject({ type: 'layca', rule: { momentum: 0 } })
    expect(words(configOf(c10Resnet, bestLayca(c10Resnet, sgd())))).toEqual([3 ** -3, 200, false])
    expect(mnistRates.map(({ rate, drops }) => [rate, drops.epochs, drops.at])).toEqual([
      [3 ** -2, 100, [90]],
      [3 ** -2.5, 100, [95]],
      [3 ** -3, 100, [95]],
      [3 ** -4, 100, []],
      [3 ** -5, 120, []],
      [3 ** -6, 300, []],
      [3 ** -7, 1000, []],
    ])
  })
})
