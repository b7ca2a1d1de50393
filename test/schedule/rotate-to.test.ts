import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { experiment } from '../../src/experiment/experiment.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { replay } from '../../src/schedule/replay.js'
import { rotateTo, targetOf } from '../../src/schedule/rotate-to.js'
import { alphaMultipliers } from '../../src/schedule/multipliers/alpha.js'
import { knownSchedule } from '../../src/schedule/schedule.js'
import { drivenRates } from '../../src/train/rates/driven-rates.js'
import { failure } from '../support/failure.js'
import { smallExperiment } from '../train/small-experiment.js'

describe('targets', () => {
  test('are straight between their points and flat after the last', () => {
    const config = rotateTo([
      [0, 0],
      [4, 0.4],
      [6, 0.8],
    ])
    const target = targetOf(config, 'dense0')
    expect([0, 1, 4, 5, 6, 100].map(target)).toEqual([0, 0.1, 0.4, expect.closeTo(0.6, 12), 0.8, 0.8])
  })

  test('may be a function, and differ by layer', () => {
    const curve = { rotation: (epoch: number) => 1 - 0.8 ** epoch, epochs: 3 }
    const config = rotateTo(
      [
        [0, 0],
        [2, 0.5],
      ],
      {
        layers: {
          'dense?': curve,
          dense1: [
            [0, 0],
            [1, 0.1],
          ],
        },
      },
    )
    expect(targetOf(config, 'conv0')(1)).toBe(0.25)
    expect(targetOf(config, 'dense0')(2)).toBeCloseTo(0.36, 12)
    expect(targetOf(config, 'dense1')(2)).toBe(0.1)
  })

  test.each<[string, () => unknown, string]>([
    [
      'that begin elsewhere',
      () =>
        rotateTo([
          [0, 0.1],
          [1, 0.2],
        ]),
      'expected [0, 0] as the first point',
    ],
    ...[Infinity, NaN].map((epochs): [string, () => unknown, string] => [
      `of ${epochs} epochs`,
      () => rotateTo({ rotation: () => 0, epochs }),
      `INVALID_CONFIG: rotateTo: epochs: the value is ${epochs}; expected a finite number`,
    ]),
    [
      'of more points than a config.json holds',
      () => rotateTo({ rotation: () => 0, epochs: 1e6 }),
      'INVALID_CONFIG: rotateTo: 1000000 epochs of 8 points are 8000000; expected at most 1048576',
    ],
    [
      'that fall',
      () =>
        rotateTo([
          [0, 0],
          [1, 0.3],
          [2, 0.2],
        ]),
      'the distances fall',
    ],
    [
      'whose epochs do not ascend',
      () =>
        rotateTo([
          [0, 0],
          [1, 0.3],
          [1, 0.4],
        ]),
      'the epochs do not ascend',
    ],
    [
      'beyond 1',
      () =>
        rotateTo([
          [0, 0],
          [1, 1.1],
        ]),
      'expected at most 1',
    ],
    ['of one point', () => rotateTo([[0, 0]]), 'target'],
    ['that are not numbers', () => rotateTo({ rotation: () => NaN, epochs: 1 }), 'NaN'],
    [
      'with a largest rate of 0',
      () =>
        rotateTo(
          [
            [0, 0],
            [1, 0.1],
          ],
          { largestRate: 0 },
        ),
      'largestRate',
    ],
  ])('%s are refused', async (_, make, message) => {
    expect(await failure(make)).toMatch(/^INVALID_CONFIG: rotateTo/)
    expect(await failure(make)).toContain(message)
  })

  test('that turn faster than the largest angle are refused before training', async () => {
    const config = rotateTo(
      [
        [0, 0],
        [1, 0.5],
      ],
      {
        layers: {
          dense1: [
            [0, 0],
            [10, 0.1],
          ],
        },
        largestRate: 0.1,
      },
    )
    // acos(1 - 0.5/4) = 28.955°, arctan 0.1 = 5.7106°
    expect(await failure(() => drivenRates(config, ['dense0', 'dense1'], 10, 4))).toBe(
      'INVALID_CONFIG: learningRate: the target of dense0 turns it by 28.95° in step 1 of the run; expected at most 5.710°, the angle of largestRate 0.1',
    )
    expect(() => drivenRates(config, ['dense1'], 10, 4)).not.toThrow()
  })

  test('that is an async function is refused, and its rejection ends nothing', async () => {
    const rotation = () => Promise.reject(new Error('of an async function'))
    expect(await failure(() => rotateTo({ rotation: rotation as never, epochs: 3 }))).toBe(
      'INVALID_CONFIG: rotateTo: the function returns a promise at epoch 0; expected a number',
    )
  })

  test('is found in any part of the curve, as by looking at every step', async () => {
    const points = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 20 })), { minLength: 1, maxLength: 6 })
      .map((steps) => {
        let [epoch, rotation] = [0, 0]
        const next = steps.map(([wait, turn]): [number, number] => [
          (epoch += wait / 7),
          (rotation = Math.min(1, rotation + turn / 40)),
        ])
        return [[0, 0], ...next] as [number, number][]
      })
    await fc.assert(
      fc.asyncProperty(points, fc.integer({ min: 1, max: 9 }), async (curve, stepsPerEpoch) => {
        const largestRate = 0.2
        const config = rotateTo(curve, { largestRate })
        const angle = (step: number) => Math.acos(1 - targetOf(config, 'dense0')(step / stepsPerEpoch))
        const steps = Array.from({ length: 30 * stepsPerEpoch }, (_, i) => i + 1)
        const wrong = steps.find((step) => angle(step) - angle(step - 1) > Math.atan(largestRate))
        const work = () => drivenRates(config, ['dense0'], 30, stepsPerEpoch)
        if (wrong === undefined) expect(work).not.toThrow()
        else expect(await failure(work)).toContain(` in step ${wrong} of the run; `)
      }),
      { numRuns: 300 },
    )
  })

  test('takes no longer to find in a run of a thousand million epochs', () => {
    const begun = performance.now()
    const epochs = 1e9
    drivenRates(
      rotateTo([
        [0, 0],
        [epochs, 0.9],
      ]),
      ['dense0', 'dense1'],
      epochs,
      2,
    )
    expect(performance.now() - begun).toBeLessThan(1000)
  })
})

describe('an experiment', () => {
  const target = rotateTo([
    [0, 0],
    [3, 0.1],
  ])
  test.each([
    ['rotateTo', target],
    ['replay', replay('runs/other')],
  ])('with %s needs Layca on all layers, without multipliers', async (type, learningRate) => {
    const made = (changed: object) => experiment({ ...smallExperiment, learningRate, ...changed })
    const message = (changed: object) => failure(() => made(changed))
    expect(made({ optimizer: layca(adam()) }).learningRate).toEqual(learningRate)
    expect(await message({ optimizer: sgd() })).toContain(
      `${type} sets the angle of each step, but the optimizer is sgd`,
    )
    expect(await message({ optimizer: layca(sgd(), { per: 'neuron' }) })).toContain('layca by neuron')
    expect(await message({ multipliers: alphaMultipliers(0.5) })).toContain(`${type} gives each layer its own rate`)
    const frozen = [{ match: { layers: ['dense1'] }, trained: false }]
    expect(await message({ groups: frozen })).toContain('dense1.weight is frozen')
  })

  test('with rotateTo names patterns that match no layer', async () => {
    const learningRate = rotateTo(
      [
        [0, 0],
        [3, 0.1],
      ],
      {
        layers: {
          'conv*': [
            [0, 0],
            [3, 0.2],
          ],
        },
      },
    )
    expect(await failure(() => experiment({ ...smallExperiment, learningRate }))).toContain(
      '"conv*" matches no conv or dense layer',
    )
  })

  test('has no schedule to plot', async () => {
    expect(await failure(() => knownSchedule(target))).toBe(
      'INVALID_CONFIG: learningRate is rotateTo, whose rates follow what is measured during the run; expected a schedule',
    )
  })
})
