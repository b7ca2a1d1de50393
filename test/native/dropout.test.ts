import { describe, expect, test } from 'vitest'
import { dense, dropout, flatten } from '../../src/model/layers.js'
import type { NativeTrainer } from '../../src/native/contract.js'
import { smallTrainer, tensor, trainEpoch } from './support/small-trainer.js'

/**
 * A network whose loss tells what dropout did. Each image is one pixel of value 1; behind dropout it is the logit of
 * class 0, the other logit is 0, and the label is 0: the loss is log(1 + exp(−logit)).
 */
async function transparent({ rate, seed = 1 }: { rate: number; seed?: number }): Promise<NativeTrainer> {
  const one = { images: Uint8Array.of(1), labels: Int32Array.of(0) }
  const trainer = await smallTrainer({
    seed,
    inputShape: [1],
    classes: 2,
    layers: [
      flatten({ name: 'flatten' }),
      dropout({ name: 'dropout0', rate }),
      dense({ name: 'dense0', units: 2, bias: true }),
    ],
    data: { mean: Float64Array.of(0), deviation: Float64Array.of(1), train: one, test: one },
  })
  await trainer.setWeights([tensor('dense0.weight', [2, 1], [1, 0])])
  return trainer
}

/** Returns what dropout makes of the value 1 in each of `steps` steps, with weights that stay as they are. */
async function passed(trainer: NativeTrainer, steps = 4000): Promise<number[]> {
  const { losses } = await trainEpoch(trainer, { order: new Int32Array(steps), batchSize: 1, rate: 0 })
  return Array.from(losses, (loss) => -Math.log(Math.expm1(loss)))
}

describe('in training, dropout', () => {
  test.each([0.1, 0.5, 0.8])(
    'at rate %d drops that share of the values and divides the others by the rest',
    async (rate) => {
      const values = await passed(await transparent({ rate }))
      const dropped = values.filter((value) => Math.abs(value) < 1e-6)
      const kept = values.filter((value) => Math.abs(value * (1 - rate) - 1) < 1e-5)
      expect(dropped.length + kept.length).toBe(values.length)
      // Five deviations of the binomial distribution.
      const allowed = 5 * Math.sqrt((rate * (1 - rate)) / values.length)
      expect(Math.abs(dropped.length / values.length - rate)).toBeLessThan(allowed)
    },
  )

  test('at rate 0 passes everything', async () => {
    const values = await passed(await transparent({ rate: 0 }), 100)
    for (const value of values) expect(value).toBeCloseTo(1, 5)
  })

  test('follows the seed', async () => {
    const values = await passed(await transparent({ rate: 0.5 }), 100)
    expect(await passed(await transparent({ rate: 0.5 }), 100)).toEqual(values)
    expect(await passed(await transparent({ rate: 0.5, seed: 2 }), 100)).not.toEqual(values)
  })

  test('draws new masks in every epoch', async () => {
    const trainer = await transparent({ rate: 0.5 })
    expect(await passed(trainer, 100)).not.toEqual(await passed(trainer, 100))
  })

  test('is not disturbed by another trainer', async () => {
    const alone = await passed(await transparent({ rate: 0.5 }), 100)
    const [one, other] = [await transparent({ rate: 0.5 }), await transparent({ rate: 0.5 })]
    const [first, second] = await Promise.all([passed(one, 100), passed(other, 100)])
    expect([first, second]).toEqual([alone, alone])
  })
})

test('in evaluation dropout passes everything and draws nothing', async () => {
  const [trainer, other] = [await transparent({ rate: 0.5 }), await transparent({ rate: 0.5 })]
  const { loss } = await trainer.evaluate('test', 1)
  expect(loss).toBeCloseTo(Math.log1p(Math.exp(-1)), 6)
  expect(await passed(trainer, 100)).toEqual(await passed(other, 100))
})
