import { describe, expect, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { features } from '../../src/figure/features.js'
import { renderFigure } from '../../src/figure/render.js'
import { loadResvg } from '../../src/figure/resvg.js'
import type { Run } from '../../src/run/open-run.js'
import { size, texts } from './plot.js'
import { syntheticRun } from './synthetic-run.js'

/** dense0 of 12 units on images of 4 × 4: unit u's weight i is sign · ((i + u) mod 16). */
function weights(sign: number, initial = 1): Run['weights'] {
  return (checkpoint) => {
    const factor = checkpoint === 'initial' ? initial : sign
    const data = Float32Array.from({ length: 12 * 16 }, (_, i) => factor * (((i % 16) + Math.floor(i / 16)) % 16))
    return Promise.resolve(new Map([['dense0.weight', { shape: [12, 16], data }]]))
  }
}

const Resvg = await loadResvg()

/** Colours of the image's 4 × 4 squares, row-major, '#rrggbb'. */
function squares(url: string): string[] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><image width="4" height="4" image-rendering="optimizeSpeed" href="${url}"/></svg>`
  const pixels = new Resvg(svg, { imageRendering: 1 }).render().pixels
  return Array.from({ length: 16 }, (_, i) => `#${Buffer.from(pixels.subarray(4 * i, 4 * i + 3)).toString('hex')}`)
}

async function draw(runs: Run[]) {
  const source = await features(runs)
  if (!source) throw new Error('nothing to draw')
  const { svg } = await renderFigure(source)
  const images = [
    ...svg.matchAll(/<image [^>]*xlink:href="([^"]*)" transform="translate\(([-\d.]+),([-\d.]+)\)" width="(\d+)"/g),
  ]
  return {
    svg,
    images: images.map(([, url = '', x, y, width]) => ({ url, x: Number(x), y: Number(y), width: Number(width) })),
  }
}

describe('learned features', () => {
  test('are drawn in rows below the initial weights that the runs share, five neurons a row', async () => {
    const { svg, images } = await draw([0.1, 0.3].map((rate) => syntheticRun({ rate, weights: weights(-1) })))
    expect(images).toHaveLength(15)
    expect([...new Set(images.map(({ y }) => y))]).toHaveLength(3)
    expect([...new Set(images.map(({ x }) => x))]).toHaveLength(5)
    expect(texts(svg)).toEqual([
      ...[5, 6, 7, 8, 9].map((neuron) => `neuron ${neuron}`),
      'initial',
      '0.3',
      '0.1',
      'learning rate',
    ])
  })

  test('show each neuron from its smallest weight (violet) to its largest (yellow), row by row', async () => {
    const { images } = await draw([syntheticRun({ weights: weights(-1) })])
    // Neuron 5 starts with weights 5 … 15, 0 … 4: its largest is the eleventh; the learned ones have the other sign.
    const initial = squares(images[0]?.url ?? '')
    const learned = squares(images[5]?.url ?? '')
    expect([initial[11], initial[10]]).toEqual(['#440154', '#fde725'])
    expect([learned[11], learned[10]]).toEqual(['#fde725', '#440154'])
    expect(new Set(initial).size).toBe(16)
    expect(initial[8]).toBe(learned[13]) // 13 of 15 up, 2 of 15 … from the other end
  })

  test('stand below their own initial weights where the runs did not start alike', async () => {
    const runs = [
      syntheticRun({ rate: 0.3, weights: weights(-1) }),
      syntheticRun({ rate: 0.1, weights: weights(-1, 2), config: { seed: 1 } }),
    ]
    const { svg, images } = await draw(runs)
    expect(images).toHaveLength(20)
    expect(texts(svg)).toEqual(expect.arrayContaining(['0.3, initial', '0.3', '0.1, initial', '0.1']))
  })

  test('put every weight on whole pixels', async () => {
    const { svg, images } = await draw([syntheticRun({ weights: weights(-1) })])
    const origin = /<g fill="none"[^>]*translate\(([\d.]+),([\d.]+)\)/.exec(svg)?.slice(1).map(Number) ?? []
    for (const { x, y, width } of images) {
      expect((x + (origin[0] ?? 0)) % 1).toBe(0)
      expect((y + (origin[1] ?? 0)) % 1).toBe(0)
      expect(width % 28).toBe(0)
    }
    expect(size(svg).every(Number.isInteger)).toBe(true)
  })

  test('are left out where a layer sees no image, is not the first, or has not been saved', async () => {
    const shape = (shape: number[]) =>
      syntheticRun({
        weights: () => Promise.resolve(new Map([['dense0.weight', { shape, data: new Float32Array(180) }]])),
      })
    expect(await features([shape([12, 15])])).toBeUndefined()
    expect(await features([shape([4, 9])])).toBeUndefined()
    expect(await features([syntheticRun({ layers: ['conv0', 'dense0'], weights: weights(1) })])).toBeUndefined()
    const missing = new LayerRotationError('MISSING_FILE', 'model.safetensors does not exist')
    expect(await features([syntheticRun({ weights: () => Promise.reject(missing) })])).toBeUndefined()
  })

  test('do not hide a damaged file', async () => {
    const damaged = new LayerRotationError('INVALID_FILE', 'the header is cut off')
    await expect(features([syntheticRun({ weights: () => Promise.reject(damaged) })])).rejects.toBe(damaged)
  })
})
