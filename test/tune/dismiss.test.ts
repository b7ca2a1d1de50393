import { expect, test } from 'vitest'
import type { Candidate } from '../../src/index.js'
import { dismissBadTraining } from '../../src/tune/dismiss.js'

const candidate = (value: number, trainLoss: number): Candidate => ({
  value,
  failure: null,
  layers: [],
  score: { offset: 0, spread: 0, miss: 0 },
  trainLoss,
})

test('a candidate whose loss falls less than two thirds as far as that of the best is dismissed', () => {
  const candidates = [candidate(1, 0.2), candidate(2, 0.79), candidate(3, 0.81)]
  const found = dismissBadTraining(candidates, 2)
  expect(found.slice(0, 2)).toEqual(candidates.slice(0, 2))
  expect(found[2]).toMatchObject({
    value: 3,
    failure: 'it trains badly: the training loss is 0.81, the least 0.2',
    score: null,
    trainLoss: 0.81,
  })
})

test('a candidate that failed before keeps its reason and does not count', () => {
  const failed: Candidate = { value: 1, failure: 'the loss became NaN', layers: [], score: null, trainLoss: null }
  expect(dismissBadTraining([failed, candidate(2, 1.5)], 2)).toEqual([failed, candidate(2, 1.5)])
  expect(dismissBadTraining([failed], 2)).toEqual([failed])
})
