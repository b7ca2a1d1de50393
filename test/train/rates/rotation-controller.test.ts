import { describe, expect, test } from 'vitest'
import { RotationController } from '../../../src/train/rates/rotation-controller.js'
import { stretches } from '../../../src/train/rates/stretches.js'

interface Simulation {
  epochs: number
  stepsPerEpoch: number
  /** Worth of a step at a share of the training, 0 … 1. */
  worth: (time: number) => number
  /** Target at a share of the training, 0 … 1. */
  target: (time: number) => number
}

/**
 * A layer whose steps of angle θ multiply its cosine by cos θ to the power of `worth`: a random walk with 1, steps that
 * agree with more, steps that undo each other with less. The very first step has nothing to agree with.
 */
function driven({ epochs, stepsPerEpoch, worth, target }: Simulation): { rotation: number; target: number }[] {
  const controller = new RotationController(1 / 3)
  const total = epochs * stepsPerEpoch
  const lengths = Array.from({ length: epochs }, (_, epoch) => stretches(epoch, stepsPerEpoch)).flat()
  let [cosine, done] = [1, 0]
  return lengths.map((steps) => {
    const goal = target((done + steps) / total)
    const rate = controller.rate(1 - cosine, goal, steps)
    cosine *= Math.cos(Math.atan(rate)) ** (steps * (done === 0 ? 1 : worth(done / total)))
    done += steps
    return { rotation: 1 - cosine, target: goal }
  })
}

describe('a layer', () => {
  const long = { epochs: 12, stepsPerEpoch: 391 }
  const short = { epochs: 20, stepsPerEpoch: 5 }
  const linear = (end: number) => (time: number) => end * time
  test.each<[string, Simulation]>([
    ['that walks at random', { worth: () => 1, target: linear(0.7), ...long }],
    ['whose steps agree', { worth: () => 12, target: linear(0.7), ...long }],
    ['whose steps agree at first', { worth: (time) => 1 + 9 * (1 - time), target: linear(0.9), ...long }],
    ['whose steps half undo each other', { worth: () => 0.3, target: linear(0.5), ...long }],
    ['with few steps', { worth: () => 1.5, target: (time) => 1 - 0.05 ** time, ...short }],
    ['that rests half-way', { worth: () => 2, target: (time) => Math.min(0.4, time), ...short }],
  ])('%s stays within 0.02 of its target', (_, simulation) => {
    for (const { rotation, target } of driven(simulation)) expect(Math.abs(rotation - target)).toBeLessThan(0.02)
  })

  test('that reached its target early rests', () => {
    const controller = new RotationController(1 / 3)
    expect(controller.rate(0.3, 0.2, 10)).toBe(0)
    expect(controller.rate(0.3, 0.3, 10)).toBe(0)
    // 10 steps of a random walk from cosine 0.7 to 0.6.
    expect(controller.rate(0.3, 0.4, 10)).toBeCloseTo(Math.tan(Math.sqrt((2 * Math.log(0.7 / 0.6)) / 10)), 12)
  })

  test('never has a rate above the largest', () => {
    const controller = new RotationController(0.1)
    expect(controller.rate(0, 0.9, 2)).toBe(0.1)
    expect(controller.rate(0.01, 1, 2)).toBe(0.1)
  })
})

test.each<[number, number, number[]]>([
  [0, 5, [1, 1, 1, 1, 1]],
  [0, 100, [1, 1, 2, 4, ...Array<number>(15).fill(6), 2]],
  [1, 100, [...Array<number>(16).fill(6), 4]],
  [3, 1, [1]],
])('epoch %d of %d steps has stretches of %j', (epoch, steps, lengths) => {
  expect(stretches(epoch, steps)).toEqual(lengths)
})
