import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { experiment } from '../../src/experiment/experiment.js'
import type { MixingConfig } from '../../src/experiment/augmentation-config.js'
import { epochMixing, partOfMixing } from '../../src/train/mixing.js'
import { resume } from '../../src/train/resume.js'
import { train } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { measured } from './killed-run.js'
import { smallExperiment } from './small-experiment.js'

const size = [32, 24] as const

/** The mixtures of `steps` batches of 5 images. */
function mixtures(config: Partial<MixingConfig>, steps: number, { seed = 3, epoch = 0 } = {}) {
  const order = Int32Array.from({ length: 5 * steps }, (_, i) => 7 * i)
  const batchSizes = new Int32Array(steps).fill(5)
  const mixing = { mixup: 0, cutmix: 0, probability: 1, ...config }
  return { order, batchSizes, ...epochMixing(mixing, { order, batchSizes }, { seed, epoch, size }) }
}

const mean = (values: Iterable<number>) => {
  const all = [...values]
  return all.reduce((sum, value) => sum + value, 0) / all.length
}

/** The boxes of the steps, each as top, bottom, left and right. */
const boxesOf = (boxes: Int32Array) =>
  Array.from({ length: boxes.length / 4 }, (_, i) => [...boxes.subarray(4 * i, 4 * i + 4)])

describe('the mixtures of an epoch', () => {
  // Mean and variance of Beta(α, α), and its fourth moment about the mean by the formula of the excess kurtosis.
  test.each([0.05, 0.2, 1, 4])('blend in shares from Beta(α, α), α = %d', (alpha) => {
    const n = 20_000
    const { shares, boxes } = mixtures({ mixup: alpha }, n)
    const variance = 1 / (4 * (2 * alpha + 1))
    const fourth = variance ** 2 * (3 - 6 / (2 * alpha + 3))
    const apart = shares.map((share) => (share - 0.5) ** 2)
    expect(Math.abs(mean(shares) - 0.5)).toBeLessThan(5 * Math.sqrt(variance / n))
    expect(Math.abs(mean(apart) - variance)).toBeLessThan(5 * Math.sqrt((fourth - variance ** 2) / n))
    expect(boxes.every((side) => side === 0)).toBe(true)
  })

  // The smallest quantiles are below the smallest numbers that there are.
  test.each([0.01, 0.011, 0.03])('blend in shares from 0 to 1 for the small α = %d', (alpha) => {
    for (const kind of ['mixup', 'cutmix']) {
      const { shares } = mixtures({ [kind]: alpha }, 60_000)
      expect(shares.filter((share) => !(share >= 0 && share <= 1))).toEqual(new Float64Array())
    }
  })

  test('have uniform shares for α = 1', () => {
    const n = 20_000
    const sorted = [...mixtures({ mixup: 1 }, n).shares].sort((a, b) => a - b)
    // Kolmogorov and Smirnov's distance, which is above 1.95/√n once in a thousand times.
    const distance = Math.max(...sorted.map((share, i) => Math.abs(share - (i + 0.5) / n)))
    expect(distance).toBeLessThan(1.95 / Math.sqrt(n))
  })

  test('cut boxes around any pixel, whose part of the image is the share of the partner', () => {
    const { shares, boxes } = mixtures({ cutmix: 1 }, 5000)
    const centres = { rows: new Set<number>(), columns: new Set<number>() }
    for (const [i, [top, bottom, left, right]] of boxesOf(boxes).entries()) {
      const [height, width] = [bottom! - top!, right! - left!]
      expect(shares[i]).toBe(1 - (height * width) / (32 * 24))
      expect(top! >= 0 && bottom! <= 32 && left! >= 0 && right! <= 24 && height >= 0 && width >= 0).toBe(true)
      if (height === 2 && top! > 0) centres.rows.add(top! + 1)
      if (width === 2 && left! > 0) centres.columns.add(left! + 1)
      // Boxes inside have the image's proportions: both sides are even, cut off from the same root.
      const isInside = top! > 0 && bottom! < 32 && left! > 0 && right! < 24 && height > 0
      if (isInside) expect(Math.abs(height / 32 - width / 24)).toBeLessThanOrEqual(2 / 24)
    }
    expect(centres.rows.size).toBeGreaterThan(15)
    expect(centres.columns.size).toBeGreaterThan(12)
    // The mean over λ of CutMix's boxes, most of which the border cuts: half of the side or more remains of each.
    const cut = 1 - mean(shares)
    expect(cut).toBeGreaterThan(0.25 * 0.5)
    expect(cut).toBeLessThan(0.5)
  })

  test('take one of both kinds if both are wanted, and leave the other batches alone', () => {
    const n = 20_000
    const { shares, boxes } = mixtures({ mixup: 1, cutmix: 1, probability: 0.5 }, n)
    const all = boxesOf(boxes)
    const cut = all.filter(([top, bottom]) => bottom! > top!).length
    const untouched = [...shares].filter((share, i) => share === 1 && all[i]![1] === 0).length
    // A box of less than two pixels is empty: CutMix then changes nothing.
    expect(Math.abs(cut / n - 0.25)).toBeLessThan(0.015)
    expect(Math.abs(untouched / n - 0.5)).toBeLessThan(0.02)
  })

  test('pair each image with that at the mirrored place of its batch', () => {
    const { order, partners } = mixtures({ mixup: 1 }, 3)
    const expected = [4, 3, 2, 1, 0, 9, 8, 7, 6, 5, 14, 13, 12, 11, 10].map((place) => order[place])
    expect([...partners]).toEqual(expected)
  })

  test('follow from seed and epoch, and each step from its number', () => {
    const [first, again] = [mixtures({ cutmix: 1 }, 10), mixtures({ cutmix: 1 }, 20)]
    const part = partOfMixing(again, [0, 10], [0, 50])
    expect(part.shares).toEqual(first.shares)
    expect(part.boxes).toEqual(first.boxes)
    expect(part.partners).toEqual(first.partners)
    expect(mixtures({ cutmix: 1 }, 10, { epoch: 1 }).shares).not.toEqual(first.shares)
    expect(mixtures({ cutmix: 1 }, 10, { seed: 4 }).shares).not.toEqual(first.shares)
  })
})

const everything = experiment({
  ...smallExperiment,
  augmentation: { crop: { padding: 2 }, flip: true, cutout: 4, mixing: { mixup: 0.4, cutmix: 1, probability: 0.8 } },
  checkpoint: { everyEpochs: 1, everyMinutes: 1e-7 },
  threads: 1,
})

describe('a run whose images are cropped, erased and mixed', () => {
  test('has the same numbers if it is interrupted within an epoch', async () => {
    const [whole, parts] = [join(temporaryFolder(), 'whole'), join(temporaryFolder(), 'parts')]
    await train(everything, { folder: whole })
    const stop = new AbortController()
    const onStep = ({ epoch, step }: { epoch: number; step: number }) => void (epoch === 1 && step >= 4 && stop.abort())
    expect(await failure(() => train(everything, { folder: parts, signal: stop.signal, onStep }))).toContain(
      'INTERRUPTED',
    )
    const starts: unknown[] = []
    await resume(parts, { onStart: ({ position }) => void starts.push(position) })
    expect(starts).toEqual([{ epoch: 1, step: expect.any(Number) as number }])
    expect((starts[0] as { step: number }).step).toBeGreaterThan(0)
    expect(measured(parts)).toEqual(measured(whole))
  })

  test('counts each of the two labels of an image as its share of a hit', async () => {
    const { metrics } = await train(everything, { folder: join(temporaryFolder(), 'run') })
    const hits = metrics.map(({ trainAccuracy }) => 1000 * trainAccuracy)
    expect(hits.some((sum) => !Number.isInteger(sum))).toBe(true)
    for (const sum of hits) expect(sum > 0 && sum < 1000).toBe(true)
  })
})
