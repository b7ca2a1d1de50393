import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { dataset } from '../../src/data/arrays/dataset.js'
import type { RandomErasingConfig } from '../../src/experiment/augmentation-config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { mix, uniforms } from '../../src/random.js'
import { erasedBoxes } from '../../src/train/erasing.js'
import { resume } from '../../src/train/resume.js'
import { train } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { torchvisionFolder } from '../support/pytorch/torchvision.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { measured } from './killed-run.js'
import { smallExperiment } from './small-experiment.js'

needsPyTorch()

// Importing torchvision takes long where other work keeps the processor busy.
vi.setConfig({ testTimeout: 300_000 })

let torchvision: string | undefined
beforeAll(async () => void (torchvision = await torchvisionFolder()), 300_000)

const usual: RandomErasingConfig = { probability: 0.25, scale: [0.02, 0.33], ratio: [0.3, 3.3] }
const key = mix(9)

/** The boxes of images 0 … n-1. */
function boxesOf(config: Partial<RandomErasingConfig>, n: number, size: readonly [number, number]) {
  const boxes = erasedBoxes({ ...usual, ...config }, Int32Array.from(Array(n).keys()), key, size)
  return Array.from({ length: n }, (_, i) => [...boxes.subarray(4 * i, 4 * i + 4)] as [number, number, number, number])
}

describe('random erasing', () => {
  test.each<[Partial<RandomErasingConfig>, [number, number]]>([
    [{}, [32, 32]],
    [{ scale: [0.1, 1] }, [28, 40]],
    [{ scale: [0.5, 0.9], ratio: [0.02, 50] }, [9, 64]],
    [{ scale: [0.2, 0.2], ratio: [1, 1] }, [17, 5]],
    [{}, [1, 1]],
  ])('draws the boxes that torchvision makes of the same numbers, with %j, %j', async (config, size) => {
    if (torchvision === undefined) return
    const n = 1000
    const { scale, ratio } = { ...usual, ...config }
    const numbers = Array.from({ length: n }, (_, image) => {
      const uniform = uniforms(mix(mix(key) + image))
      // The first one decides whether the image has a box; ten boxes may be too large.
      return Array.from({ length: 23 }, uniform).slice(1)
    })
    const expected = await pytorch('test/train/torchvision_boxes.py', torchvision, size, scale, ratio, numbers)
    expect(boxesOf({ ...config, probability: 1 }, n, size)).toEqual(expected)
  })

  test('leaves images alone as often as it should, and has boxes anywhere in the others', () => {
    const n = 20_000
    const boxes = boxesOf({}, n, [16, 24]).filter(([top, bottom]) => bottom > top)
    expect(Math.abs(boxes.length / n - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / n))
    const hit = new Set<number>()
    for (const [top, bottom, left, right] of boxes) {
      expect(top >= 0 && bottom <= 16 && left >= 0 && right <= 24).toBe(true)
      const [rows, columns] = [bottom - top, right - left]
      // Each side is rounded.
      const sides = (area: number, by: number) => Math.sqrt(area * by)
      expect(rows).toBeGreaterThan(sides(0.02 * 384, 0.3) - 1)
      expect(rows).toBeLessThan(sides(0.33 * 384, 3.3) + 1)
      expect(columns).toBeGreaterThan(sides(0.02 * 384, 1 / 3.3) - 1)
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) hit.add(24 * y + x)
    }
    expect(hit.size).toBe(384)
  })

  test('follows from key and image alone', () => {
    const images = Int32Array.of(5, 0, 5, 3)
    const boxes = erasedBoxes({ ...usual, probability: 1 }, images, key, [12, 12])
    const all = boxesOf({ probability: 1 }, 6, [12, 12])
    expect([...boxes]).toEqual([...images].flatMap((image) => all[image]!))
    expect(erasedBoxes({ ...usual, probability: 1 }, images, key + 1, [12, 12])).not.toEqual(boxes)
  })
})

const everything = experiment({
  ...smallExperiment,
  data: { type: 'synthetic', shape: [3, 12, 12], classes: 10, train: 400, test: 100 },
  augmentation: {
    crop: { padding: 2 },
    flip: true,
    randAugment: {},
    randomErasing: { probability: 0.5 },
    mixing: { cutmix: 1, mixup: 0.3, probability: 0.7 },
  },
  batchSize: 40,
  checkpoint: { everyEpochs: 1, everyMinutes: 1e-7 },
  threads: 1,
})

describe('a run whose images go through RandAugment and are erased', () => {
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

  test('has the same numbers on two threads', async () => {
    const folders = []
    for (const threads of [1, 2]) {
      const { augmentation } = everything
      // Mixtures of all images, whose numbers are large, would add up differently.
      const config = experiment({ ...everything, augmentation: { ...augmentation, mixing: null }, threads })
      const { folder } = await train(config, { folder: join(temporaryFolder(), 'run') })
      folders.push(measured(folder))
    }
    expect(folders[1]).toEqual(folders[0])
  })

  test('is refused before anything is written if its images are float32', async () => {
    vi.stubEnv('LAYER_ROTATION_DATA', temporaryFolder())
    const images = Float32Array.from({ length: 4 * 432 }, (_, i) => i)
    const split = { images, labels: [0, 1, 1, 0] }
    const data = dataset({ train: split, test: split, shape: [3, 12, 12], classes: 10 })
    const config = experiment({ ...everything, data, batchSize: 2 })
    const folder = join(temporaryFolder(), 'run')
    const message = await failure(() => train(config, { folder }))
    expect(message).toContain('augmentation.randAugment: the images are float32')
    expect(existsSync(folder)).toBe(false)
  })
})
