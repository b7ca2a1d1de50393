import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  constant,
  cosine,
  exponential,
  inverseSquareRoot,
  linear,
  oneCycle,
  perLayer,
  polynomial,
  replay,
  schedule,
  scheduleFrom,
  steps,
  warmup,
} from '../../src/index.js'
import { shortenedSchedule, type ScheduleConfig } from '../../src/schedule/schedule.js'

const smooth: ScheduleConfig[] = [
  constant(0.1),
  cosine(0.1),
  cosine(0.1, { epochs: 60, final: 0.01 }),
  exponential(0.1, { factor: 0.97 }),
  inverseSquareRoot(0.1, { after: 20 }),
  linear(0.1, { epochs: 80 }),
  oneCycle(0.1),
  polynomial(0.1, { power: 2 }),
  warmup(cosine(0.1), { epochs: 5 }),
  perLayer({ default: cosine(0.1), layers: { 'conv*': linear(0.2) } }),
]

describe('a schedule in a shorter run', () => {
  test.each(smooth.map((config) => [config.type, config] as const))('of type %s keeps its course', (_, config) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (epochs, part) => {
        const short = schedule(shortenedSchedule(config, epochs / 100), { epochs })
        const whole = schedule(config, { epochs: 100 })
        expect(short(part * epochs)).toBeCloseTo(whole(part * 100), 9)
      }),
    )
  })

  test('drops at the nearest epoch', () => {
    const config = steps(1, { at: [80, 90, 97], factor: 0.2 })
    expect(shortenedSchedule(config, 0.5)).toEqual(steps(1, { at: [40, 45, 49], factor: 0.2 }))
    expect(shortenedSchedule(config, 0.1)).toEqual(steps(1, { at: [8, 9, 10], factor: 0.2 }))
    expect(shortenedSchedule(steps(1, { at: [2, 90], factor: 0.2 }), 0.1)).toEqual(steps(1, { at: [9], factor: 0.2 }))
  })

  test('restarts after whole epochs', () => {
    const config = cosine(1, { restarts: { period: 10, factor: 2 } })
    expect(shortenedSchedule(config, 0.2)).toEqual(cosine(1, { restarts: { period: 2, factor: 2 } }))
    expect(shortenedSchedule(config, 0.01)).toEqual(cosine(1, { restarts: { period: 1, factor: 2 } }))
  })

  test('takes the rates of a table in equal distances', () => {
    const table = scheduleFrom((epoch) => 1 + epoch, { epochs: 10 })
    expect(shortenedSchedule(table, 0.5)).toMatchObject({ values: [1, 3, 5, 7, 9] })
    expect(shortenedSchedule(table, 0.3)).toMatchObject({ values: [1, 4, 7] })
    const byStep = scheduleFrom((epoch) => 1 + epoch, { epochs: 4, stepsPerEpoch: 2 })
    expect(shortenedSchedule(byStep, 0.5)).toMatchObject({ values: [1, 2, 3, 4], stepsPerEpoch: 2 })
  })

  test('does not exist for rates that follow another run', () => {
    expect(() => shortenedSchedule(replay('runs/x'), 0.5)).toThrow('learningRate is replay')
  })
})
