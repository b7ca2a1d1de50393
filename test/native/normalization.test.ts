import { describe, expect, test } from 'vitest'
import { images, seenImage, transparentTrainer } from './support/seen-image.js'
import { allKernels } from './support/kernels.js'

/** (pixel − mean) / deviation with every number and every result rounded to fp32. */
const normalised = (pixel: number, mean: number, deviation: number) =>
  Math.fround(Math.fround(pixel - Math.fround(mean)) / Math.fround(deviation))

const everyByte = { images: Uint8Array.from({ length: 3 * 512 }, (_, i) => (i * 5) % 256), labels: new Int32Array(1) }

describe.each(allKernels)('pixels, from %j,', (kernels) => {
  test('enter the network by the mean and the deviation of their channel', async () => {
    const [mean, deviation] = [
      [125.3, 122.95, 113.87],
      [62.99, 62.09, 66.7],
    ]
    const trainer = await transparentTrainer([3, 16, 32], everyByte, { mean, deviation, ...kernels })
    const seen = await seenImage(trainer, 0, 0)
    const expected = Float32Array.from(everyByte.images, (pixel, i) => {
      const channel = Math.floor(i / 512)
      return normalised(pixel, mean[channel]!, deviation[channel]!)
    })
    expect(seen).toEqual(expected)
  })

  test('enter it by the same mean and deviation in every channel where there is one of each', async () => {
    const spec = { mean: [120.707], deviation: [64.15], ...kernels }
    const seen = await seenImage(await transparentTrainer([3, 16, 32], everyByte, spec), 0, 0)
    // A dense layer on pixels may normalise after its product.
    for (const [i, pixel] of everyByte.images.entries())
      expect(seen[i]).toBeCloseTo(normalised(pixel, 120.707, 64.15), 5)
  })
})

test('a network normalises many images as it does each', async () => {
  const train = images(70, 3 * 16 * 16, 3)
  const spec = { mean: [120, 130, 140], deviation: [60, 65, 70] }
  const trainer = await transparentTrainer([3, 16, 16], train, { ...spec, threads: 2 })
  const all = await trainer.probe(
    Int32Array.from({ length: 70 }, (_, i) => i),
    'evaluate',
  )
  for (const index of [0, 35, 69]) {
    const { logits } = await trainer.probe(Int32Array.of(index), 'evaluate')
    for (const [c, logit] of logits.entries()) expect(all.logits[2 * index + c]).toBeCloseTo(logit, 4)
  }
})
