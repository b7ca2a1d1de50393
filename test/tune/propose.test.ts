import { describe, expect, test } from 'vitest'
import type { Candidate } from '../../src/tune/candidate.js'
import { propose } from '../../src/tune/propose.js'
import { scoreOf } from '../../src/tune/score.js'

const target = 20

/** A candidate whose middle layers turn so far. */
const candidate = (value: number | string, turnings: readonly number[]): Candidate => ({
  value,
  failure: null,
  layers: turnings.map((turning, i) => ({
    layer: `conv${i}`,
    seed: 1,
    isMiddle: true,
    rotation: 0.5,
    exponent: 1,
    turning,
  })),
  score: scoreOf(turnings, target),
  trainLoss: 1,
})

const failed = (value: number): Candidate => ({
  value,
  failure: 'the loss became NaN',
  layers: [],
  score: null,
  trainLoss: null,
})

const alike = (turning: number) => [turning, turning, turning, turning, turning]
const options = { target, share: 0.1 }

describe('a score', () => {
  test('is 0 where all layers are at the target', () => {
    expect(scoreOf(alike(target), target)).toEqual({ offset: 0, spread: 0, miss: 0 })
  })

  test('counts the distance of the mean and the unevenness of the layers', () => {
    const { offset, spread, miss } = scoreOf([target * Math.E ** 2, target], target)
    expect(offset).toBeCloseTo(1, 12)
    expect(spread).toBeCloseTo(1, 12)
    expect(miss).toBeCloseTo(Math.SQRT2, 12)
    expect(scoreOf([target / 2, target / 2], target).miss).toBeCloseTo(Math.LN2, 12)
  })
})

describe('a proposal', () => {
  test('is the value between two candidates at which the layers reach the target', () => {
    // Layca turns in proportion to the square of the rate: the target is reached at 0.1 · √2.
    const candidates = [0.03, 0.1, 0.3].map((rate) => candidate(rate, alike(10 * (rate / 0.1) ** 2)))
    const found = propose(candidates, options)!
    expect(found.value).toBeCloseTo(0.1 * Math.SQRT2, 9)
    expect(found).toMatchObject({ best: 0.1, confidence: 'high', doubts: [], agreement: 1 })
  })

  test('is a candidate that is at the target', () => {
    const candidates = [0.03, 0.1, 0.3].map((rate) => candidate(rate, alike(20 * (rate / 0.1) ** 2)))
    expect(propose(candidates, options)).toMatchObject({ value: 0.1, best: 0.1, confidence: 'high' })
  })

  test('prefers layers that turn alike', () => {
    const uneven = candidate('uneven', [1, 5, 20, 80, 400])
    const even = candidate('even', alike(15))
    expect(propose([uneven, even], options)).toMatchObject({ value: 'even', confidence: 'high', range: null })
  })

  test('doubts an end of the grid', () => {
    const smallest = propose([candidate(0.1, alike(100)), candidate(0.3, alike(900))], options)!
    expect(smallest).toMatchObject({ value: 0.1, confidence: 'low' })
    expect(smallest.doubts).toEqual([
      'the best candidate is the smallest',
      'its layers turn 5.0 times more than they should',
    ])
    const largest = propose([candidate(0.1, alike(1)), candidate(0.3, alike(9))], options)!
    expect(largest).toMatchObject({ value: 0.3, confidence: 'low' })
    expect(largest.doubts[0]).toBe('the best candidate is the largest')
  })

  test('doubts a candidate beside one that does not train', () => {
    const found = propose([candidate(0.1, alike(1)), candidate(0.3, alike(9)), failed(1)], options)!
    expect(found).toMatchObject({ value: 0.3, confidence: 'low' })
    expect(found.doubts[0]).toBe('the next larger candidate does not train')
  })

  test('doubts layers that differ, and says by how much', () => {
    const found = propose([candidate(0.1, [4, 100, 4, 100]), candidate(1, alike(2000))], options)!
    expect(found.doubts).toContain('its layers do not turn alike: they differ by a factor of 5.0')
  })

  test('doubts what depends on the layers that are drawn', () => {
    const candidates = [candidate(0.1, [1, 60, 20, 20]), candidate(0.3, [20, 20, 400, 7])]
    const { agreement, doubts, range, confidence } = propose(candidates, options)!
    expect(agreement).toBeLessThan(0.9)
    expect(doubts.some((doubt) => doubt.startsWith('another candidate is as good in '))).toBe(true)
    expect(range![0]).toBeLessThanOrEqual(range![1])
    expect(confidence).not.toBe('high')
  })

  test('doubts few layers and short runs', () => {
    const candidates = [candidate(0.1, [20]), candidate(0.3, [180])]
    expect(propose(candidates, { target, share: 0.01 })).toMatchObject({
      confidence: 'medium',
      doubts: ['1 measured layer says little about scatter', 'the short runs are 1.0 % of the whole'],
    })
  })

  test('is the same for the same candidates', () => {
    const candidates = () => [candidate(0.1, [1, 60, 20, 20]), candidate(0.3, [20, 20, 400, 7])]
    expect(propose(candidates(), options)).toEqual(propose(candidates(), options))
  })

  test('is none if all candidates failed', () => {
    expect(propose([failed(1), failed(3)], options)).toBeUndefined()
  })
})
