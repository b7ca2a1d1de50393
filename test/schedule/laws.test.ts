import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { perLayer, schedule, scheduleFrom, warmup } from '../../src/index.js'
import type { LayerScheduleConfig } from '../../src/schedule/per-layer.js'
import { rateTable } from '../../src/schedule/rate-table.js'
import { layerSchedule } from '../../src/schedule/schedule.js'
import { factor, length } from './curve-proof.js'
import { curveProofs } from './curve-proofs.js'

const curve = fc.oneof(...[...curveProofs.values()].map(({ any }) => any))
const kind = fc.constantFrom('linear' as const, 'discrete' as const, 'exponential' as const)
const warmedUp = fc
  .tuple(curve, length, kind, factor)
  .map(([config, epochs, kind, factor]) => warmup(config, { epochs, kind, factor }))
const anySchedule: fc.Arbitrary<LayerScheduleConfig> = fc.oneof({ weight: 3, arbitrary: curve }, warmedUp)

const time = fc.double({ min: 0, max: 1000, noNaN: true })
const stepsPerEpoch = fc.integer({ min: 1, max: 12 })

describe('any schedule', () => {
  test('is a finite number of at least 0 at any time, beyond its end too', () => {
    fc.assert(
      fc.property(anySchedule, time, fc.option(stepsPerEpoch, { nil: undefined }), (config, epoch, perEpoch) => {
        const run = { epochs: 100, ...(perEpoch === undefined ? {} : { stepsPerEpoch: perEpoch }) }
        const value = schedule(config, run)(epoch)
        expect(Number.isFinite(value) && value >= 0, String(value)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('under a linear warmup is the sum of the two in their parts, and then itself', () => {
    fc.assert(
      fc.property(curve, length, factor, fc.double({ min: 0, max: 2, noNaN: true }), (config, epochs, factor, part) => {
        const epoch = part * epochs
        const plain = schedule(config)(epoch)
        const f = Math.min(1, epoch / epochs)
        const warm = schedule(warmup(config, { epochs, factor }))(epoch)
        expect(Math.abs(warm - (f * plain + (1 - f) * factor * plain))).toBeLessThanOrEqual(1e-12 * plain)
      }),
    )
  })

  test('for each layer is itself, whatever the layers are called', () => {
    fc.assert(
      fc.property(anySchedule, time, (config, epoch) => {
        const each = perLayer({ default: config, layers: { 'conv*': config, '?ense*': config } })
        const run = { epochs: 100, stepsPerEpoch: 7 }
        const expected = schedule(config, run)(epoch)
        for (const layer of ['conv0', 'dense0', 'other']) expect(layerSchedule(each, layer, run)(epoch)).toBe(expected)
      }),
    )
  })

  test('made a table of its steps has the same rates at all of them', () => {
    fc.assert(
      fc.property(anySchedule, stepsPerEpoch, (config, perEpoch) => {
        const run = { epochs: 6, stepsPerEpoch: perEpoch }
        const original = schedule(config, run)
        const table = schedule(scheduleFrom(original, run), run)
        for (let step = 0; step < 6 * perEpoch; step++) {
          const epoch = Math.floor(step / perEpoch) + (step % perEpoch) / perEpoch
          expect(table(epoch)).toBe(original(step / perEpoch))
        }
      }),
    )
  })
})

test('the table of an epoch is schedule times multiplier, number by number', () => {
  const layers = ['conv0', 'conv1', 'dense0']
  const multiplier = fc.oneof(fc.constant(0), fc.double({ min: 1e-30, max: 10, noNaN: true }))
  fc.assert(
    fc.property(
      anySchedule,
      anySchedule,
      multiplier,
      stepsPerEpoch,
      fc.nat(5),
      (config, other, by, perEpoch, epoch) => {
        const learningRate = perLayer({ default: config, layers: { 'conv*': other } })
        const multipliers = { type: 'table', layers: { conv1: by }, others: 1 } as const
        const table = rateTable({ learningRate, multipliers, epochs: 6 }, layers, epoch, perEpoch)
        const run = { epochs: 6, stepsPerEpoch: perEpoch }
        const [ofDense, ofConv] = [schedule(config, run), schedule(other, run)]
        const expected = Array.from({ length: perEpoch }, (_, step) => epoch + step / perEpoch).flatMap((time) => [
          ofConv(time),
          ofConv(time) * by,
          ofDense(time),
        ])
        expect([...table]).toEqual(expected)
      },
    ),
  )
})
