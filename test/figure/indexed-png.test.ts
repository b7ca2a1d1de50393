import { expect, test } from 'vitest'
import { indexedPng } from '../../src/figure/indexed-png.js'
import { loadResvg } from '../../src/figure/resvg.js'

test('another program reads an indexed PNG pixel by pixel', async () => {
  const Resvg = await loadResvg()
  const png = indexedPng(
    Uint8Array.of(0, 1, 2, 1, 0, 2),
    3,
    2,
    [
      [68, 1, 84],
      [33, 145, 140],
      [253, 231, 37],
    ],
    2,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"><image width="6" height="4" href="data:image/png;base64,${png.toString('base64')}"/></svg>`
  const pixels = new Resvg(svg).render().pixels
  const at = (x: number, y: number) => [...pixels.subarray(4 * (6 * y + x), 4 * (6 * y + x) + 3)]
  expect([at(0, 0), at(2, 1), at(5, 0)]).toEqual([
    [68, 1, 84],
    [33, 145, 140],
    [253, 231, 37],
  ])
  expect([at(1, 2), at(3, 3), at(4, 2)]).toEqual([
    [33, 145, 140],
    [68, 1, 84],
    [253, 231, 37],
  ])
})
