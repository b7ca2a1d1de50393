import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fontFile, readFontMetrics } from '../../src/figure/font.js'
import { loadResvg } from '../../src/figure/resvg.js'

const Resvg = await loadResvg()
const fontBuffers = [readFileSync(fontFile)]

/** Right edge of `text` set at 100 px in the shipped font, as another program draws it. */
function drawnRightEdge(text: string): number {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="200"><text y="100" font-family="Inter" font-size="100">${text}</text></svg>`
  const box = new Resvg(svg, { font: { loadSystemFonts: false, fontBuffers } }).getBBox()
  return (box?.x ?? Number.NaN) + (box?.width ?? Number.NaN)
}

describe('the metrics of the shipped font', () => {
  const metrics = readFontMetrics()

  test.each(['HHHH', 'learning rate', 'layer rotation (cosine distance)', '0.123456789', '3⁻²·⁵'])(
    'give %s the width that it is drawn with',
    (text) => {
      // Kerning and the white behind the last glyph are left out.
      expect(metrics.width(text) / (drawnRightEdge(text) / 100)).toBeCloseTo(1, 1)
    },
  )

  test('know every character that figures write', () => {
    const written = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:()%-–…·⁻⁰¹²³⁴⁵⁶⁷⁸⁹'
    expect([...written].filter((character) => !metrics.has(character))).toEqual([])
    expect(metrics.has('漢')).toBe(false)
  })
})
