import { describe, expect, test } from 'vitest'
import { dense, flatten } from '../../src/model/layers.js'
import type { LossConfig } from '../../src/loss/loss.js'
import type { NativeTrainer } from '../../src/native/contract.js'
import { isAmongLargest, referenceLoss } from './support/losses.js'
import { integers, normals } from './support/random.js'
import { smallTrainer, tensor, trainEpoch } from './support/small-trainer.js'

const losses: LossConfig[] = [
  { type: 'crossEntropy', labelSmoothing: 0 },
  { type: 'crossEntropy', labelSmoothing: 0.1 },
  { type: 'crossEntropy', labelSmoothing: 1 },
  { type: 'kerasCrossEntropy' },
]
const variants = losses.flatMap((loss) => [false, true].map((preferAten) => ({ loss, preferAten })))

/** A trainer whose logits are the same for every image; there is one image with each of the labels. */
async function constantLogits(
  logits: readonly number[],
  spec: { loss?: LossConfig; preferAten?: boolean; labels?: number[] } = {},
): Promise<NativeTrainer> {
  const classes = logits.length
  const { labels = logits.map((_, c) => c), ...rest } = spec
  const images = { images: new Uint8Array(labels.length), labels: Int32Array.from(labels) }
  const trainer = await smallTrainer({
    inputShape: [1],
    classes,
    layers: [flatten({ name: 'flatten' }), dense({ name: 'dense0', units: classes })],
    data: { train: images, test: images },
    ...rest,
  })
  await trainer.setWeights([
    tensor('dense0.weight', [classes, 1], new Float32Array(classes)),
    tensor('dense0.bias', [classes], logits),
  ])
  return trainer
}

/** Loss and slope of one image by the logits. */
async function probed(trainer: NativeTrainer, label: number) {
  const { loss, gradients } = await trainer.probe(Int32Array.of(label), 'train')
  return { loss, gradient: gradients.find(({ name }) => name === 'dense0.bias')!.data }
}

const fp32 = (values: Iterable<number>) => [...Float32Array.from(values)]

describe.each(variants)('$loss, from ATen: $preferAten,', ({ loss, preferAten }) => {
  test.each<[string, number[]]>([
    ['random logits', fp32(normals(10, 1))],
    ['a hundred classes', fp32(normals(100, 2)).map((x) => Math.fround(3 * x))],
    ['equal logits', [0, 0, 0, 0]],
    ['one class', [3]],
    ['logits far from 0', fp32([1000, 1001, 998.5, 1003])],
    ['probabilities on both sides of 1e-7', fp32([0, -16.05, -16.2, 16.2, 0.1])],
    ['probabilities on both sides of 1 − 1e-7', fp32([0, -16.2, -17.5])],
    ['probabilities within 1e-7 of 1', fp32([16.3, 0])],
    ['large logits', [1e4, 0, -1e4, 9999]],
    ['logits as large as they can be', fp32([3e38, -3e38, 0])],
  ])('agrees with its formula in fp64 for %s', async (_, logits) => {
    const trainer = await constantLogits(logits, { loss, preferAten })
    for (const label of logits.keys()) {
      const expected = referenceLoss(loss, logits, label)
      const { loss: found, gradient } = await probed(trainer, label)
      expect(Math.abs(found - expected.loss)).toBeLessThanOrEqual(1e-6 * Math.abs(expected.loss) + 1e-14)
      for (const [c, slope] of expected.gradient.entries()) {
        expect(Math.abs(gradient[c]! - slope)).toBeLessThan(2e-7)
        if (slope === 0) expect(gradient[c]).toBe(0)
      }
    }
  })

  test('of a batch is the mean over its images, and so is its gradient', async () => {
    const logits = fp32(normals(7, 3)).map((x) => Math.fround(8 * x))
    const labels = integers(600, 7, 1)
    const trainer = await constantLogits(logits, { loss, preferAten, labels })
    const { loss: found, gradients } = await trainer.probe(Int32Array.from(labels.keys()), 'train')
    const each = labels.map((label) => referenceLoss(loss, logits, label))
    const mean = (value: (of: (typeof each)[number]) => number) => each.reduce((sum, of) => sum + value(of), 0) / 600
    expect(found / mean((of) => of.loss)).toBeCloseTo(1, 6)
    const bias = gradients.find(({ name }) => name === 'dense0.bias')!.data
    for (const c of logits.keys())
      expect(bias[c]).toBeCloseTo(
        mean((of) => of.gradient[c]!),
        6,
      )
    expect((await trainer.evaluate('train', 250)).loss / found).toBeCloseTo(1, 6)
  })
})

describe.each([false, true])('Keras’s cross-entropy, from ATen: %j,', (preferAten) => {
  const loss: LossConfig = { type: 'kerasCrossEntropy' }

  test('is at most 16.118', async () => {
    const trainer = await constantLogits([0, 100, 1e30], { loss, preferAten })
    for (const label of [0, 1]) expect((await probed(trainer, label)).loss).toBeCloseTo(16.11809565095832, 12)
  })

  test('leaves a network alone whose answers are certain, right or wrong', async () => {
    const trainer = await constantLogits([17, 0], { loss, preferAten })
    const before = await trainer.weights()
    expect((await trainEpoch(trainer, { order: Int32Array.of(0, 1, 1), batchSize: 1, rate: 1 })).status).toBe(
      'finished',
    )
    expect(await trainer.weights()).toEqual(before)
  })

  test('that is not a number ends the epoch', async () => {
    const trainer = await constantLogits([NaN, 0], { loss, preferAten })
    const { status } = await trainEpoch(trainer, { order: Int32Array.of(1), batchSize: 1 })
    expect(status).toBe('diverged')
  })
})

describe.each([false, true])('accuracy, from ATen: %j,', (preferAten) => {
  test.each<[string, number[]]>([
    ['different logits', [0.3, -2, 5, 1, 0.25, 7, -0.5, 2.5]],
    ['equal logits', [1, 1, 1, 1, 1, 1, 1, 1]],
    ['ties for the fifth place', [0, 3, 2, 9, 2, 8, 2, -1]],
    ['ties for the first place', [0, 3, 9, 2, 9, -1, 9, 9]],
    ['ties of infinite logits', [-Infinity, -Infinity, 0, 1, 2, -Infinity, 3, -Infinity]],
    ['fewer than five classes', [0, 2, 1]],
  ])('counts the label among the largest, of equals the lower class first: %s', async (_, logits) => {
    const share = (k: number) => logits.filter((_, label) => isAmongLargest(logits, label, k)).length / logits.length
    const { accuracy, top5Accuracy } = await (await constantLogits(logits, { preferAten })).evaluate('test', 3)
    expect({ accuracy, top5Accuracy }).toEqual({ accuracy: share(1), top5Accuracy: share(5) })
  })
})
