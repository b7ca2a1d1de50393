import { describe, expect, test } from 'vitest'
import { validateExperiment } from '../../src/experiment/experiment.js'
import { adaptive } from '../../src/paper/experiments/adaptive.js'
import { alphaRho } from '../../src/paper/experiments/alpha-rho.js'
import type { PaperExperiment } from '../../src/paper/experiments/experiment.js'
import { paperExperiments } from '../../src/paper/experiments/experiments.js'
import { goingFurther } from '../../src/paper/experiments/going-further.js'
import { learningRate } from '../../src/paper/experiments/learning-rate.js'
import { mnist } from '../../src/paper/experiments/mnist.js'
import type { PaperPoint, PointValues } from '../../src/paper/experiments/point.js'
import { replay } from '../../src/paper/experiments/replay.js'
import { warmup } from '../../src/paper/experiments/warmup.js'
import { weightDecay } from '../../src/paper/experiments/weight-decay.js'
import { publishedLosses } from '../../src/paper/published/curves.js'
import { mainTasks } from '../../src/paper/task-names.js'
import { rateTable } from '../../src/schedule/rate-table.js'
import { schedule } from '../../src/schedule/schedule.js'
import { failure } from '../support/failure.js'

const configOf = ({ experiment }: PaperPoint, run = '/runs/adaptive') =>
  typeof experiment === 'function' ? experiment(run) : experiment

/** The one point with these values. */
function point(points: readonly PaperPoint[], values: Partial<PointValues>): PaperPoint {
  const found = points.filter((one) => Object.entries(values).every(([key, value]) => one.values[key] === value))
  expect(found, JSON.stringify(values)).toHaveLength(1)
  return found[0]!
}

const published = (points: readonly PaperPoint[], values: Partial<PointValues>) => point(points, values).published

/** The trainings of each experiment by task, with one seed. */
const counts: Record<string, Record<string, number>> = {
  'alpha-rho': { 'C10-CNN1': 24, 'C100-resnet': 24, 'tiny-CNN': 24, 'C10-CNN2': 5, 'C100-WRN': 5 },
  'learning-rate': { 'C10-CNN1': 5, 'C100-resnet': 6, 'tiny-CNN': 5, 'C10-CNN2': 5, 'C100-WRN': 5 },
  'going-further': { 'C10-CNN1': 1, 'C100-resnet': 1, 'tiny-CNN': 1, 'C10-CNN2': 1, 'C100-WRN': 1 },
  'weight-decay': { 'C10-CNN1': 2, 'C100-resnet': 2, 'tiny-CNN': 2, 'C10-CNN2': 2, 'C100-WRN': 2 },
  adaptive: { 'C10-CNN1': 2, 'C100-resnet': 2, 'tiny-CNN': 2, 'C10-CNN2': 2, 'C100-WRN': 2 },
  replay: { 'C10-CNN1': 3, 'C100-resnet': 3, 'tiny-CNN': 3, 'C10-CNN2': 3, 'C100-WRN': 3 },
  warmup: { 'C10-resnet': 5 },
  'mnist-rates': { MNIST: 7 },
}

test('the experiments are those of the paper', () => {
  expect(paperExperiments.map(({ name }) => name)).toEqual(Object.keys(counts))
})

describe.each(paperExperiments)('$name', (experiment) => {
  const expected = counts[experiment.name]!
  const points = experiment.points()

  test('has the runs of the paper, each once', () => {
    const found: Record<string, number> = {}
    for (const { values } of points) found[values.task] = (found[values.task] ?? 0) + 1
    expect(found).toEqual(expected)
    expect([...experiment.tasks]).toEqual(Object.keys(expected))
    expect(new Set(points.map(({ values }) => JSON.stringify(values))).size).toBe(points.length)
    expect(new Set(points.map((one) => JSON.stringify(configOf(one)))).size).toBe(points.length)
  })

  test('has configs that a run accepts, and values for all of its axes', () => {
    for (const one of points) {
      const config = configOf(one)
      expect(validateExperiment(JSON.parse(JSON.stringify(config)), 'config')).toEqual(config)
      expect(config.name).toBe(`paper-${one.values.task}`)
      expect(Object.keys(one.values).sort()).toEqual(['task', 'seed', ...experiment.axes].sort())
    }
  })

  test('has one reference a task, if it has one', () => {
    const { reference } = experiment
    const isReference = ({ values }: PaperPoint) =>
      reference !== undefined && Object.entries(reference).every(([axis, value]) => values[axis] === value)
    const found = points.filter(isReference).map(({ values }) => values.task)
    expect(found).toEqual(reference === undefined ? [] : experiment.tasks)
  })

  test('has every task at every seed', () => {
    const [task] = experiment.tasks
    const some = experiment.points({ tasks: [task!], seeds: [3, 4] })
    expect(some).toHaveLength(2 * expected[task!]!)
    expect(new Set(some.map(({ values }) => values.task))).toEqual(new Set([task]))
    expect(some.filter(({ values }) => values.seed === 4)).toHaveLength(expected[task!]!)
    expect(some.filter((one) => configOf(one).seed === one.values.seed).length).toBeGreaterThanOrEqual(some.length / 2)
    expect(new Set(some.map((one) => JSON.stringify(configOf(one)))).size).toBe(some.length)
  })

  test.each([
    [{ seeds: [] }, /seeds/],
    [{ seeds: [1, 1] }, /seeds: a seed is listed twice; expected each once/],
    [{ seeds: [-1] }, /seeds\.0 is -1/],
    [{ tasks: [] }, /tasks/],
    [{ tasks: ['C10-CNN3'] }, /tasks\.0 is "C10-CNN3"; expected/],
  ])('refuses %j', async (selection, message) => {
    const refused = await failure(() => experiment.points(selection as never))
    expect(refused).toContain(`INVALID_CONFIG: selection of ${experiment.name}: `)
    expect(refused).toMatch(message)
  })
})

describe('alpha-rho', () => {
  const points = alphaRho.points()

  test('compares with tables and curves', async () => {
    expect(published(points, { task: 'C10-CNN1', alpha: 0, rho: 3 ** -3 })).toEqual({
      testAccuracy: { value: 88.45, source: { kind: 'figureVector', error: 0 } },
      difference: { value: 0, source: { kind: 'figureText', error: 0.005 } },
      trainAccuracy: { value: 99.99, source: { kind: 'output', error: 0.005 } },
      lossCurve: { task: 'C10-CNN1', alpha: 0, rho: 3 ** -3 },
      rotation: {
        first: 0.84,
        last: 0.69,
        others: [0.97, 0.99],
        after: { epochs: 78, updates: 1 },
        source: { kind: 'figurePixels', error: 0.01 },
      },
    })
    expect(published(points, { task: 'C100-resnet', alpha: -0.8 })).toEqual({})
    expect(published(points, { task: 'C100-resnet', alpha: -0.6 }).testAccuracy?.value).toBe(44.26)
    expect(published(points, { task: 'tiny-CNN', rho: 1 })).toMatchObject({ testAccuracy: { value: 0.56 } })
    expect(published(points, { task: 'C100-WRN', alpha: 0.6 }).testAccuracy?.value).toBe(73.1)
    const curves = await publishedLosses()
    const wanted = points.flatMap(({ published: { lossCurve } }) => (lossCurve ? [JSON.stringify(lossCurve)] : []))
    expect(new Set(wanted)).toEqual(new Set(curves.map(({ task, alpha, rho }) => JSON.stringify({ task, alpha, rho }))))
    expect(points.filter(({ published: { rotation } }) => rotation)).toHaveLength(15)
  })

  test('multiplies the rates of layers by alpha', () => {
    const rates = (values: Partial<PointValues>) =>
      rateTable(configOf(point(points, values)), ['a', 'b', 'c'], 0, 1)[0]! / 3 ** -3
    expect(rates({ task: 'C10-CNN2', alpha: 0.6 })).toBeCloseTo(0.01024, 6)
    expect(rates({ task: 'C10-CNN2', alpha: -0.6 })).toBeCloseTo(1, 6)
    expect(rates({ task: 'C10-CNN2', alpha: 0, rho: 3 ** -4 })).toBeCloseTo(1 / 3, 6)
  })
})

test('learning-rate has the published rates, and the failure of C100-resnet', () => {
  const points = learningRate.points()
  expect(published(points, { task: 'C100-resnet', rate: 3 })).toEqual({})
  expect(published(points, { task: 'C100-WRN', rate: 1 })).toMatchObject({
    testAccuracy: { value: 50.88 },
    rotation: { first: 0.97 },
  })
  expect(published(points, { task: 'C100-WRN', rate: 1 / 9 }).rotation?.first).toBe(0.75)
  expect(published(points, { task: 'C100-WRN', rate: 1 / 3 }).rotation).toBeUndefined()
  expect(configOf(point(points, { task: 'C100-WRN', rate: 1 })).optimizer).toMatchObject({ nesterov: true })
})

test('weight-decay and learning-rate share the runs of SGD at its best rate', () => {
  const bySgd = weightDecay.points().filter(({ values }) => values['method'] === 'SGD')
  const byRate = learningRate.points().map((one) => JSON.stringify(configOf(one)))
  for (const one of bySgd) expect(byRate).toContain(JSON.stringify(configOf(one)))
  expect(published(weightDecay.points(), { task: 'tiny-CNN', method: 'SGD+L2' })).toMatchObject({
    testAccuracy: { value: 50.04 },
    rotation: { first: 0.76, last: 0.84 },
  })
  expect(weightDecay.points().map(({ testWeights }) => testWeights)).toEqual(
    ['last', 'best', 'best', 'last', 'last'].flatMap((weights) => [weights, weights]),
  )
})

test('adaptive methods are compared with themselves under Layca, without L2', () => {
  const points = adaptive.points()
  const wrn = configOf(point(points, { task: 'C100-WRN', method: 'adaptive+Layca' }))
  expect(wrn.optimizer).toMatchObject({ type: 'layca', rule: { type: 'adam' } })
  expect(wrn.regularization).toBeNull()
  expect(published(points, { task: 'C100-WRN', method: 'adaptive+Layca' }).testAccuracy?.value).toBe(79.64)
  expect(published(points, { task: 'C10-CNN2', method: 'adaptive+Layca' }).rotation?.last).toEqual([0.97, 1])
})

describe('replay', () => {
  const points = replay.points({ tasks: mainTasks, seeds: [1, 2] })

  test('follows the recorded run of the same task and seed', () => {
    const following = points.filter((one) => 'after' in one)
    expect(following).toHaveLength(10)
    for (const one of following) {
      const before = point(points, one.after)
      expect(one.after).toEqual({ task: one.values.task, run: 'adaptive', seed: one.values.seed })
      const [first, second] = [configOf(before), configOf(one, '/runs/x')]
      expect(first.record.steps).toBe(1)
      expect(second.learningRate).toEqual({ type: 'replay', run: '/runs/x' })
      expect(second.initialWeights).toBe('/runs/x/checkpoints/initial/model.safetensors')
      expect([second.epochs, second.batches]).toEqual([first.epochs, first.batches])
      expect([second.regularization, first.stopping, second.stopping]).toEqual([null, null, null])
    }
    expect(new Set(points.map((one) => configOf(one).seed)).size).toBe(4)
  })

  test('replays by SGD, or by SGD with the momentum of Adam', () => {
    const rules = replay.points().flatMap((one) => {
      const { optimizer } = configOf(one)
      return 'rule' in optimizer ? [optimizer.rule.type] : []
    })
    expect(rules).toEqual(['sgd', 'sgdAdamMomentum', 'sgd', 'sgd', 'sgdAdamMomentum'])
  })

  test('compares training curves', () => {
    expect(published(replay.points(), { task: 'tiny-CNN', run: 'replay' })).toEqual({
      trainAccuracies: {
        points: [
          { epoch: 10, trainAccuracy: 69 },
          { epoch: 20, trainAccuracy: 98 },
        ],
        source: { kind: 'figurePixels', error: 1 },
      },
    })
  })
})

test('going-further is one recorded epoch at a rate of 1', () => {
  for (const one of goingFurther.points()) {
    expect(configOf(one)).toMatchObject({
      epochs: 1,
      learningRate: { type: 'constant', initial: 1 },
      record: { steps: 1 },
      regularization: null,
      stopping: null,
    })
  }
  expect(published(goingFurther.points(), { task: 'C10-CNN1' }).rotation).toMatchObject({
    first: 0.69,
    others: [0.05, 0.83],
    after: { epochs: 1, updates: 0 },
  })
})

test('warmup rises from a tenth of the rate with every step', () => {
  const points = warmup.points()
  const rates = (values: Partial<PointValues>, epoch: number) => {
    const steps = 351
    const table = rateTable(configOf(point(points, values)), ['a'], epoch, steps)
    return (batch: number) => table[batch]!
  }
  const lr = 1 / 3
  const expected = (batch: number, epochs: number) => {
    const f = batch / (epochs * 351)
    return lr * f + (lr / 10) * (1 - f)
  }
  expect(rates({ warmup: 5 }, 0)(0)).toBeCloseTo(lr / 10, 7)
  expect(rates({ warmup: 5 }, 2)(100)).toBeCloseTo(expected(2 * 351 + 100, 5), 7)
  expect(rates({ warmup: 15 }, 14)(350)).toBeCloseTo(expected(15 * 351 - 1, 15), 7)
  expect(rates({ warmup: 5 }, 5)(0)).toBeCloseTo(lr, 7)
  expect(rates({ warmup: 5 }, 60)(0)).toBeCloseTo(lr / 5, 7)
  expect(rates({ method: 'SGD+L2', warmup: 0 }, 0)(0)).toBeCloseTo(lr, 7)
  expect(rates({ method: 'Layca' }, 0)(0)).toBeCloseTo(3 ** -3, 7)
  expect(published(points, { method: 'SGD+L2', warmup: 0 }).testAccuracy?.value).toBe(83.58)
  expect(published(points, { warmup: 10 }).trainAccuracies?.points[2]).toEqual({ epoch: 10, trainAccuracy: 38 })
})

test('mnist compares four of its rates', () => {
  const points = mnist.points()
  expect(points.map((one) => one.published.testAccuracy?.value)).toEqual([
    ...[96.75, 96.6, 96.54, 95.81],
    ...[undefined, undefined, undefined],
  ])
  expect(published(points, { rate: 3 ** -3 }).rotationCurve?.points[4]).toEqual({ epoch: 98.2, rotation: 0.302 })
})

describe('for a laptop', () => {
  const withLaptop = paperExperiments.filter((one) => 'laptop' in one)

  test('six experiments have a smaller version', () => {
    expect(withLaptop.map((one) => [one.name, one.laptop!().length])).toEqual([
      ['alpha-rho', 33],
      ['learning-rate', 15],
      ['weight-decay', 6],
      ['adaptive', 18],
      ['replay', 9],
      ['warmup', 15],
    ])
  })

  test.each(withLaptop)('$name: every training is another one, short and valid', (one) => {
    const points = one.laptop!({ seeds: [5, 6] })
    expect(new Set(points.map(({ values }) => JSON.stringify(values))).size).toBe(points.length)
    expect(new Set(points.map((one) => JSON.stringify(configOf(one)))).size).toBe(points.length)
    expect(new Set(points.map(({ values }) => values.seed))).toEqual(new Set([5, 6]))
    for (const { values, published, ...point } of points) {
      const config = configOf({ values, published, ...point })
      expect(validateExperiment(JSON.parse(JSON.stringify(config)), 'config')).toEqual(config)
      expect(config).toMatchObject({
        name: `paper-${values.task}-scaled`,
        epochs: 16,
        batchSize: 64,
        stopping: null,
        data: values.task === 'C100-resnet' ? { type: 'cifar100', perClass: 100 } : { type: 'cifar10', perClass: 1000 },
      })
      expect(Object.keys(values).sort()).toEqual(['task', 'seed', ...one.axes].sort())
      const comparisons = Object.keys(published)
      expect(comparisons.filter((key) => !['testAccuracy', 'difference', 'trainAccuracy'].includes(key))).toEqual([])
    }
  })

  test('drops come at the same part of the training', () => {
    const rates = (experiment: PaperExperiment, epoch: number) => {
      const { learningRate } = configOf(experiment.laptop!()[0]!)
      return Number((schedule(learningRate)(epoch) / schedule(learningRate)(0)).toPrecision(4))
    }
    expect([12, 13, 14, 15].map((epoch) => rates(alphaRho, epoch))).toEqual([1, 0.2, 0.04, 0.04])
    expect([4, 5, 10, 13].map((epoch) => rates(warmup, epoch))).toEqual([1, 0.2, 0.04, 0.008])
  })

  test('the reference is compared with the published accuracy, other methods of the task with nothing', () => {
    expect(published(alphaRho.laptop!({ seeds: [1], tasks: ['C10-CNN1'] }), { alpha: 0, rho: 3 ** -3 })).toMatchObject({
      testAccuracy: { value: 88.45 },
    })
    const points = adaptive.laptop!({ seeds: [1] })
    expect(
      points.map(({ values, published }) => [values['rule'], values['method'], published.testAccuracy?.value]),
    ).toEqual([
      ['rmsprop', 'adaptive', 84.87],
      ['rmsprop', 'adaptive+Layca', 88.25],
      ['adam', 'adaptive', undefined],
      ['adam', 'adaptive+Layca', undefined],
      ['adagrad', 'adaptive', undefined],
      ['adagrad', 'adaptive+Layca', undefined],
    ])
    expect(points.map((one) => schedule(configOf(one).learningRate)(0))).toEqual(
      [-6, -3, -5, -4, -4, -3].map((exponent) => 3 ** exponent),
    )
    expect(warmup.laptop!({ seeds: [1] }).map((one) => one.published.testAccuracy?.value)).toEqual([
      83.58,
      ...[undefined, undefined, undefined],
      92.09,
    ])
  })

  test('the L2 penalty falls as the rate of a warmup rises', () => {
    const settings = warmup.laptop!({ seeds: [1] }).map(({ values, ...point }) => {
      const { regularization } = configOf({ values, ...point })
      return [values['rate'], values['warmup'], regularization?.type === 'l2' ? regularization.factor : null]
    })
    expect(settings).toEqual([
      [3 ** -1, 0, 5e-3],
      [3 ** -1, 2, 5e-3],
      [3, 0, expect.closeTo(5e-3 / 9, 12)],
      [3, 2, expect.closeTo(5e-3 / 9, 12)],
      [3 ** -3, 0, null],
    ])
  })

  test('refuses seeds that are none', async () => {
    expect(await failure(() => alphaRho.laptop!({ seeds: [] }))).toContain('INVALID_CONFIG: selection of alpha-rho: ')
  })
})
