import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testClaims, type TestedClaim } from '../../../src/paper/claims/test-claims.js'
import { adaptive } from '../../../src/paper/experiments/adaptive.js'
import { alphaRho } from '../../../src/paper/experiments/alpha-rho.js'
import { learningRate } from '../../../src/paper/experiments/learning-rate.js'
import { mnist } from '../../../src/paper/experiments/mnist.js'
import { warmup } from '../../../src/paper/experiments/warmup.js'
import { weightDecay } from '../../../src/paper/experiments/weight-decay.js'
import type { PointValues } from '../../../src/study/study-config.js'
import { study } from '../../../src/study/study.js'
import { keepLedger } from '../../../src/study/keep-ledger.js'
import { train } from '../../../src/train/train.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { smallExperiment } from '../../train/small-experiment.js'
import { trainedStudy } from './trained-study.js'

const shared = mkdtempSync(join(tmpdir(), 'layer-rotation-claims-'))
const trained = join(shared, 'run')

beforeAll(async () => {
  await train({ ...smallExperiment, epochs: 2, validation: { share: 0.1 } }, { folder: trained })
})

afterAll(() => rmSync(shared, { recursive: true }))

/** The seeds differ a little, so that differences have a deviation. */
const noise = ({ seed }: PointValues): number => [0, 0.001, -0.001, 0][Number(seed)]!

const claimOf = (claims: readonly TestedClaim[], name: string) => claims.find((claim) => claim.name === name)!

describe('the indicator', () => {
  /** Accuracy and rotation over ρ(0) and alpha, in the order of the accuracy that is given. */
  const studyWith = async (direction: 1 | -1) => {
    const rotations = new Map<string, number>()
    return trainedStudy(alphaRho, trained, temporaryFolder(), (values) => {
      const key = JSON.stringify([values['alpha'], values['rho']])
      const place = rotations.get(key) ?? rotations.size
      rotations.set(key, place)
      return { rotation: 0.1 + 0.1 * place + noise(values), accuracy: 0.5 + direction * 0.04 * place + noise(values) }
    })
  }

  test('is supported where accuracy follows rotation, and contradicted where it falls', async () => {
    const supported = claimOf(await testClaims([await studyWith(1)]), 'indicator')
    expect(supported.verdict).toBe('supported')
    expect(supported.predictions).toHaveLength(1)
    expect(supported.predictions[0]).toMatchObject({
      task: 'C10-CNN1',
      scale: 'laptop',
      effect: 'mean rotation with test accuracy, alpha-rho',
      estimate: { value: 1, n: 8, samples: 'settings' },
    })
    const contradicted = claimOf(await testClaims([await studyWith(-1)]), 'indicator')
    expect(contradicted.verdict).toBe('contradicted')
    expect(contradicted.predictions[0]!.estimate!.value).toBe(-1)
  })

  test('counts a training once that two experiments share', async () => {
    const runs = temporaryFolder()
    const numbers = (values: PointValues) => ({
      rotation: Number(values['rate'] ?? 0.4) / 2,
      accuracy: 0.5 + Number(values['rate'] ?? 0.4) / 3,
    })
    const folders = [
      await trainedStudy(learningRate, trained, runs, numbers, { seeds: [1] }),
      await trainedStudy(weightDecay, trained, runs, numbers, { seeds: [1] }),
    ]
    const { predictions } = claimOf(await testClaims(folders), 'indicator')
    // Five rates of SGD, one of which is the SGD of weight-decay, and SGD with L2.
    expect(predictions.map(({ effect, estimate }) => [effect.split(', ')[1], estimate?.n])).toEqual([
      ['learning-rate', 5],
      ['all experiments', 6],
    ])
  })
})

test('L2 acts through rotation if Layca without L2 makes more than half of the gain', async () => {
  const runs = temporaryFolder()
  const l2 = await trainedStudy(weightDecay, trained, runs, (values) => ({
    rotation: values['method'] === 'SGD' ? 0.2 + noise(values) : 0.8 + 2 * noise(values),
    accuracy: (values['method'] === 'SGD' ? 0.6 : 0.7) - 2 * noise(values),
  }))
  const without = claimOf(await testClaims([l2]), 'l2')
  expect(without.predictions.map(({ verdict }) => verdict)).toEqual(['supported', 'supported', 'not tested'])
  expect(without.verdict).toBe('undecided')
  const [rotation, accuracy] = without.predictions
  expect(rotation!.estimate!.value).toBeCloseTo(0.6, 9)
  expect(accuracy!.estimate!.value).toBeCloseTo(10, 9)

  const layca = await trainedStudy(alphaRho, trained, runs, (values) => ({
    rotation: 0.8,
    accuracy: 0.69 + noise(values),
  }))
  const both = claimOf(await testClaims([l2, layca]), 'l2')
  expect(both.predictions[2]!.estimate!.value).toBeCloseTo(4, 9)
  expect(both.predictions[2]!.estimate!.n).toBe(3)
  expect(both.verdict).toBe('supported')
})

test('one seed decides nothing, and a corrected p-value counts all tests', async () => {
  const runs = temporaryFolder()
  const numbers = (values: PointValues) => ({
    rotation: values['method'] === 'SGD' ? 0.2 + noise(values) : 0.8 + 2 * noise(values),
    accuracy: (values['method'] === 'SGD' ? 0.6 : 0.7) - 2 * noise(values),
  })
  const [one] = [await trainedStudy(weightDecay, trained, runs, numbers, { seeds: [1] })]
  const single = claimOf(await testClaims([one]), 'l2')
  expect(single.verdict).toBe('undecided')
  expect(single.predictions[0]!.estimate).toMatchObject({ n: 1, p: null, interval: null })

  const folder = await trainedStudy(weightDecay, trained, temporaryFolder(), numbers)
  const all = (await testClaims([folder])).flatMap(({ predictions }) => predictions)
  const tested = all.filter(({ estimate }) => typeof estimate?.p === 'number')
  const smallest = tested.reduce((a, b) => (a.estimate!.p! < b.estimate!.p! ? a : b))
  expect(tested.length).toBeGreaterThan(1)
  expect(smallest.correctedP).toBeCloseTo(smallest.estimate!.p! * tested.length, 9)
})

test('the best rate needs two tasks', async () => {
  const numbers = (values: PointValues) => ({
    rotation: 0.5,
    accuracy:
      (values['rho'] === 3 ** -3 ? 0.8 : values['rho'] === 3 ** -4 ? 0.7 : 0.6) + noise(values) * Number(values['rho']),
  })
  const folder = await trainedStudy(alphaRho, trained, temporaryFolder(), numbers, { tasks: ['C10-CNN1'] })
  const claim = claimOf(await testClaims([folder]), 'one-rate')
  expect(claim.predictions[0]).toMatchObject({
    effect: 'test accuracy at 3⁻³ less that at the best other rate, 3⁻⁴',
    verdict: 'supported',
  })
  expect(claim.predictions[0]!.estimate!.value).toBeCloseTo(10, 1)
  expect(claim).toMatchObject({ verdict: 'undecided', remark: 'tested in 1 task; expected at least 2' })

  const both = claimOf(
    await testClaims([await trainedStudy(alphaRho, trained, temporaryFolder(), numbers)]),
    'one-rate',
  )
  expect(both.predictions.map(({ task, verdict }) => [task, verdict])).toEqual([
    ['C10-CNN1', 'supported'],
    ['C100-resnet', 'supported'],
  ])
  expect(both.verdict).toBe('supported')
})

test('adaptive methods are compared with SGD under Layca, rule by rule', async () => {
  const runs = temporaryFolder()
  const layca = await trainedStudy(alphaRho, trained, runs, (values) => ({
    rotation: 0.8,
    accuracy: 0.8 + noise(values),
  }))
  const folder = await trainedStudy(adaptive, trained, runs, (values) => {
    const isControlled = values['method'] === 'adaptive+Layca'
    // Adam under Layca rotates less than Adam alone.
    if (values['rule'] === 'adam')
      return { rotation: isControlled ? 0.2 - noise(values) : 0.4, accuracy: 0.7 - noise(values) }
    return {
      rotation: (isControlled ? 0.7 : 0.2) - noise(values),
      accuracy: (isControlled ? 0.78 : 0.7) + 3 * noise(values),
    }
  })
  const { verdict, predictions } = claimOf(await testClaims([folder, layca]), 'adaptive')
  expect(verdict).toBe('contradicted')
  expect(predictions.filter(({ verdict: one }) => one === 'contradicted').map(({ effect }) => effect)).toEqual([
    'mean rotation of adam under Layca less that of adam',
    'test accuracy of adam under Layca less the midpoint of adam and SGD under Layca',
  ])
  expect(predictions).toHaveLength(9)
})

test('warmup is compared at the highest rate, and its gain with that at the lowest', async () => {
  const folder = await trainedStudy(warmup, trained, temporaryFolder(), (values) => {
    const isWarm = Number(values['warmup']) > 0
    const isHigh = values['rate'] === 3
    const gain = isWarm ? (isHigh ? 0.3 : 0.02) : 0
    return { rotation: (isWarm ? 0.5 : 0.1) + noise(values) * gain, accuracy: 0.5 + gain + 2 * noise(values) * gain }
  })
  const { predictions } = claimOf(await testClaims([folder]), 'warmup')
  const values = predictions.map(({ unit, estimate }) => [unit, Number(estimate!.value.toFixed(2))])
  expect(values).toEqual([
    ['rotation', 0.4],
    ['points', 30],
    ['points', 28],
  ])
})

test('features are read from the weights', async () => {
  const perceptron = join(temporaryFolder(), 'run')
  await train({ ...smallExperiment, epochs: 1 }, { folder: perceptron })
  let place = 0
  const folder = await trainedStudy(
    mnist,
    perceptron,
    temporaryFolder(),
    () => ({ rotation: 0.1 * ++place, accuracy: 0.9 }),
    { scale: 'full', seeds: [1] },
  )
  const { predictions, verdict } = claimOf(await testClaims([folder]), 'features')
  // All runs have the same weights, so nothing correlates.
  expect(predictions).toHaveLength(1)
  expect(predictions[0]!.estimate).toBeNull()
  expect(verdict).toBe('not tested')
})

test('other studies, and folders given twice, are refused', async () => {
  const runs = temporaryFolder()
  const other = join(runs, 'rates')
  await keepLedger(study({ name: 'rates', base: smallExperiment, axes: { seed: [1, 2] } }), other)
  await expect(testClaims([other])).rejects.toThrow(
    'found the study "rates"; expected one that layer-rotation paper has trained',
  )
  const folder = await trainedStudy(weightDecay, trained, runs, () => undefined)
  await expect(testClaims([folder, `${folder}/`])).rejects.toThrow('is given twice; expected it once')
  await expect(testClaims([join(runs, 'none')])).rejects.toMatchObject({ code: 'MISSING_FILE' })
  expect((await testClaims([folder])).map(({ verdict }) => verdict)).toEqual(Array(6).fill('not tested'))
})
