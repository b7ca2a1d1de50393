import { describe, expect, test, vi } from 'vitest'
import { PlainDisplay } from '../../src/cli/progress/plain-display.js'
import { TrainingState } from '../../src/cli/progress/training-state.js'
import type { EvaluationConfig } from '../../src/experiment/evaluation-config.js'
import type { TrainingStart } from '../../src/train/events.js'
import { syntheticRun } from '../figure/synthetic-run.js'

const start = (epoch: number): TrainingStart => ({
  config: syntheticRun().config,
  folder: '/runs/a',
  device: 'cpu',
  layers: ['dense0', 'dense1'],
  parameterCount: 1000,
  stepsPerEpoch: 5,
  evaluatedExamples: 100,
  fasterPrecision: null,
  position: { epoch, step: 0 },
})

test('a run begins with no rotation; one that continues has an unknown rotation at first', () => {
  expect(new TrainingState(start(0))).toMatchObject({ meanRotation: 0, rotations: [0] })
  const resumed = new TrainingState(start(7))
  expect(resumed.meanRotation).toBeUndefined()
  expect(resumed.rotations).toEqual([])
})

test('unknown numbers are not shown', () => {
  vi.useFakeTimers()
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const display = new PlainDisplay()
  display.listeners.onStart?.(start(7))
  vi.advanceTimersByTime(10_000)
  display.listeners.onProgress?.({ epoch: 7, step: 2, steps: 5, loss: 0.5, accuracy: 0.9, learningRate: 0.1 })
  vi.useRealTimers()
  const printed = write.mock.calls.map(([text]) => String(text)).join('')
  write.mockRestore()
  expect(printed).toContain('train 90.00 %')
  expect(printed).not.toContain('rotation')
})

describe('the share of the work', () => {
  /** 2 epochs of 5 steps of 10 images; an evaluation of 300 images takes as long as two epochs. */
  const begin = (evaluation: Partial<EvaluationConfig> = {}) => {
    const { config, ...rest } = start(0)
    const settings = { every: 1, images: null, initial: false, ...evaluation }
    return new TrainingState({
      ...{ ...rest, evaluatedExamples: 300 },
      config: { ...config, epochs: 2, batchSize: 10, evaluation: settings },
    })
  }
  const step = (epoch: number, step: number) => ({ epoch, step, steps: 5, loss: 1, accuracy: 0.5, learningRate: 0.1 })

  test('counts evaluations', () => {
    const state = begin()
    const seen = [state.share()]
    state.progress(step(0, 5))
    seen.push(state.share())
    state.evaluation({ epoch: 1, done: 150, total: 300 })
    seen.push(state.share())
    state.progress(step(1, 0))
    seen.push(state.share())
    state.progress(step(1, 5))
    state.evaluation({ epoch: 2, done: 300, total: 300 })
    seen.push(state.share())
    const expected = [0, 1 / 6, 2 / 6, 3 / 6, 1]
    for (const [i, share] of expected.entries()) expect(seen[i]).toBeCloseTo(share, 12)
  })

  test('counts those alone that are due', () => {
    const state = begin({ every: 2, initial: true })
    state.evaluation({ epoch: 0, done: 150, total: 300 })
    expect(state.share()).toBeCloseTo(1 / 6, 12)
    state.progress(step(1, 5))
    expect(state.share()).toBeCloseTo(4 / 6, 12)
  })

  test('tells the time that is left', () => {
    vi.useFakeTimers()
    const state = begin()
    vi.advanceTimersByTime(6000)
    state.progress(step(0, 5))
    expect(state.secondsLeft()).toBeCloseTo(30, 9)
    vi.useRealTimers()
  })
})
