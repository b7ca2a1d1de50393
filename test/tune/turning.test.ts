import { describe, expect, test } from 'vitest'
import { randomWalk } from '../../src/rotation/random-walk.js'
import { RotationTable } from '../../src/rotation/rotation-table.js'
import { predictTurning, rotationOf, turningOf } from '../../src/tune/turning.js'

const stepsPerEpoch = 50

/** The rotation after each epoch of independent steps of Layca, a rate for each epoch. */
function walk(rates: readonly number[]): number[] {
  const rotation = randomWalk(rates.flatMap((rate) => Array<number>(stepsPerEpoch).fill(rate)))
  return Array.from({ length: rates.length + 1 }, (_, epoch) => rotation[epoch * stepsPerEpoch]!)
}

const table = (rotations: readonly number[], layers = ['a']): RotationTable =>
  new RotationTable(
    layers,
    rotations.map((_, epoch) => epoch),
    rotations.map((rotation) => layers.map(() => rotation)),
  )

describe('turning', () => {
  test('is the negative logarithm of the cosine', () => {
    expect(turningOf(0)).toBe(0)
    expect(turningOf(1 - Math.exp(-1))).toBeCloseTo(1, 12)
    expect(rotationOf(turningOf(0.95))).toBeCloseTo(0.95, 12)
  })

  test('ends where a cosine does not stand out from chance', () => {
    for (const rotation of [0.9999, 1, 1.1, 2]) expect(turningOf(rotation)).toBe(6)
  })
})

describe('the turning at the end of the whole run', () => {
  test.each([0.01, 0.03, 0.1])('is that of independent steps at a rate of %d', (rate) => {
    const whole = [...Array<number>(90).fill(rate), ...Array<number>(10).fill(rate / 5)]
    const short = [...Array<number>(9).fill(rate), rate / 5]
    const [predicted] = predictTurning(table(walk(short)), short, 0.1)
    const expected = -Math.log1p(-walk(whole).at(-1)!)
    // The sum of squared rates stands for that of ln(1 + rate²).
    expect(predicted!.exponent).toBeCloseTo(1, 4)
    expect(predicted!.turning / expected).toBeCloseTo(1, 3)
  })

  test.each([0.6, 1, 1.4])('grows with the power %d that the short run shows', (power) => {
    const rates = Array<number>(8).fill(0.1)
    const turnings = rates.map((_, i) => 0.02 * (i + 1) ** power)
    const [predicted] = predictTurning(table([0, ...turnings.map(rotationOf)]), rates, 1 / 20)
    expect(predicted).toMatchObject({ layer: 'a', rotation: rotationOf(turnings.at(-1)!) })
    expect(predicted!.exponent).toBeCloseTo(power, 9)
    expect(predicted!.turning).toBeCloseTo(0.02 * (8 * 20) ** power, 6)
  })

  test('believes no power outside of 0 and 1.5', () => {
    const rates = Array<number>(8).fill(0.1)
    const exponentOf = (power: number) =>
      predictTurning(table([0, ...rates.map((_, i) => rotationOf(0.001 * (i + 1) ** power))]), rates, 0.1)[0]!.exponent
    expect([exponentOf(-0.5), exponentOf(3)]).toEqual([0, 1.5])
  })

  test('is that of independent steps where too few epochs tell', () => {
    const saturated = [0, 0.999, 0.9999, 1, 1.01, 1, 0.999, 1.001, 1]
    const [predicted] = predictTurning(table(saturated), Array<number>(8).fill(1), 0.1)
    expect(predicted).toEqual({ layer: 'a', rotation: 1, exponent: 1, turning: 60 })
    const [short] = predictTurning(table([0, 0.1, 0.2]), [1, 1], 0.5)
    expect(short!.exponent).toBe(1)
  })

  test('is that of the run itself if it is the whole one', () => {
    const rotations = [0, 0.1, 0.3, 0.5, 0.7]
    expect(predictTurning(table(rotations), [1, 1, 1, 1], 1)[0]!.turning).toBe(turningOf(0.7))
  })

  test('leaves out layers that have no rotation or do not turn', () => {
    const layers = ['zero', 'still', 'turning']
    const rows = [0, 0.1, 0.2, 0.3].map((rotation) => [NaN, 0, rotation])
    const predicted = predictTurning(new RotationTable(layers, [0, 1, 2, 3], rows), [1, 1, 1], 0.5)
    expect(predicted.map(({ layer }) => layer)).toEqual(['turning'])
  })
})
