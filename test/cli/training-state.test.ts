import { expect, test, vi } from 'vitest'
import { PlainDisplay } from '../../src/cli/progress/plain-display.js'
import { TrainingState } from '../../src/cli/progress/training-state.js'
import type { TrainingStart } from '../../src/train/events.js'
import { syntheticRun } from '../figure/synthetic-run.js'

const start = (epoch: number): TrainingStart => ({
  config: syntheticRun().config,
  folder: '/runs/a',
  device: 'cpu',
  layers: ['dense0', 'dense1'],
  parameterCount: 1000,
  stepsPerEpoch: 5,
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
