import { describe, expect, test } from 'vitest'
import {
  parseAccuracies,
  parseLosses,
  publishedAccuracies,
  publishedLosses,
} from '../../../src/paper/published/curves.js'
import { failure } from '../../support/failure.js'

describe('the published curves', () => {
  test('are 48 runs, of which those of C10-CNN1 end where the rules stopped them', async () => {
    const curves = await publishedLosses()
    expect(curves).toHaveLength(48)
    expect(curves.reduce((sum, { points }) => sum + points.length, 0)).toBe(4365)
    const epochs = (task: string) =>
      Object.fromEntries(
        curves
          .filter((curve) => curve.task === task)
          .map(({ alpha, rho, points }) => [
            alpha === 0 ? `3^${(Math.log(rho) / Math.log(3)).toFixed(1)}` : alpha,
            points.length,
          ]),
      )
    expect(epochs('C10-CNN1')).toEqual({
      ...{ '3^-3.0': 100, '3^-3.2': 97, '3^-3.4': 94, '3^-3.6': 92, '3^-3.8': 92, '3^-4.0': 86 },
      ...{ '-0.6': 87, '-0.4': 84, '-0.3': 84, '-0.2': 92, '-0.1': 93 },
      ...{ '0.1': 100, '0.2': 100, '0.3': 93, '0.4': 91, '0.6': 100 },
    })
    expect(new Set(Object.values(epochs('C100-resnet')))).toEqual(new Set([100]))
    expect(new Set(Object.values(epochs('tiny-CNN')))).toEqual(new Set([80]))
  })

  test('are read once', async () => {
    expect(await publishedLosses()).toBe(await publishedLosses())
    expect(await publishedAccuracies()).toBe(await publishedAccuracies())
  })
})

const losses = (...rows: readonly string[]) => ['task,alpha,log3_rho,epoch,train_loss', ...rows, ''].join('\n')

describe('a file of losses', () => {
  test('gives one curve a run', () => {
    expect(
      parseLosses(losses('tiny-CNN,-0.4,-3,1,4.19', 'tiny-CNN,-0.4,-3,2,4.1', 'tiny-CNN,0,-3.2,1,2'), 'f'),
    ).toEqual([
      {
        task: 'tiny-CNN',
        alpha: -0.4,
        rho: 3 ** -3,
        points: [
          { epoch: 1, loss: 4.19 },
          { epoch: 2, loss: 4.1 },
        ],
      },
      { task: 'tiny-CNN', alpha: 0, rho: 3 ** -3.2, points: [{ epoch: 1, loss: 2 }] },
    ])
  })

  test.each([
    ['another task', losses('C10,0,-3,1,2'), 'f:2: column task: found "C10"; expected C10-CNN1, C100-resnet, tiny-CNN'],
    ['an epoch left out', losses('tiny-CNN,0,-3,2,2'), 'f:2: column epoch: found 2; expected 1'],
    ['a rate beyond the grid', losses('tiny-CNN,0,1,1,2'), 'f:2: column log3_rho: found 1; expected -7 to 0'],
    ['a loss that is no number', losses('tiny-CNN,0,-3,1,'), 'f:2: column train_loss: found NaN; expected 0 to 100'],
    [
      'a run that begins again',
      losses('tiny-CNN,0,-3,1,2', 'C10-CNN1,0,-3,1,2', 'tiny-CNN,0,-3,1,2'),
      `f:4: the run of tiny-CNN with alpha 0 and rho ${3 ** -3} is there twice; expected it once`,
    ],
    [
      'another column',
      'task,alpha,rho,epoch,train_loss\n',
      'f:1: the columns are task,alpha,rho,epoch,train_loss; expected task,alpha,log3_rho,epoch,train_loss',
    ],
  ])('with %s is refused', async (_, text, message) => {
    expect(await failure(() => parseLosses(text, 'f'))).toBe(`INVALID_FILE: ${message}`)
  })
})

test('a file of accuracies gives percent, and refuses a point that is there twice', async () => {
  const header = 'task,alpha,log3_rho,test_accuracy\n'
  const point = 'C10-CNN1,0,-3,0.8845\n'
  expect(parseAccuracies(header + point, 'f')).toEqual([
    { task: 'C10-CNN1', alpha: 0, rho: 3 ** -3, testAccuracy: 88.45 },
  ])
  expect(await failure(() => parseAccuracies(header + point + point, 'f'))).toMatch(/^INVALID_FILE: f:3: the run of/)
})
