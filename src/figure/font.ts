import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { seeing } from '../files/reading.js'

/** The one font of all figures: Inter Regular, SIL Open Font License (assets/fonts/LICENSE). */
export const fontFile = fileURLToPath(new URL('../../assets/fonts/Inter-Regular.ttf', import.meta.url))

/** Advance widths of a TrueType font, in em. */
export interface FontMetrics {
  /**
   * The width of `text` at a font size of 1 px, without kerning; a character that the font lacks counts as its missing
   * glyph.
   */
  width(text: string): number
  has(character: string): boolean
}

/**
 * Reads the tables head, hhea, hmtx and cmap (format 4) of a TrueType file. Without a canvas, Vega guesses 0.8 em for each
 * character, half as much again as this font needs, so legends and margins would be too wide.
 */
export function readFontMetrics(file = fontFile): FontMetrics {
  const font = seeing(file, () => readFileSync(file))
  const table = (tag: string): number => {
    const tables = font.readUInt16BE(4)
    for (let i = 0; i < tables; i++) {
      const record = 12 + 16 * i
      if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8)
    }
    throw new Error(`${file} has no table '${tag}'`)
  }
  const unitsPerEm = font.readUInt16BE(table('head') + 18)
  const advances = font.readUInt16BE(table('hhea') + 34)
  const hmtx = table('hmtx')
  const glyph = basicPlane(font, table('cmap'))
  return {
    width(text) {
      let units = 0
      for (const character of text) {
        const index = Math.min(glyph(character.codePointAt(0) ?? 0), advances - 1)
        units += font.readUInt16BE(hmtx + 4 * index)
      }
      return units / unitsPerEm
    },
    has: (character) => glyph(character.codePointAt(0) ?? 0) !== 0,
  }
}

/**
 * Returns the font's map from code points U+0000 … U+FFFF to glyph indices, 0 for a missing glyph: its format 4
 * subtable.
 */
function basicPlane(font: Buffer, cmap: number): (codePoint: number) => number {
  const subtables = font.readUInt16BE(cmap + 2)
  for (let i = 0; i < subtables; i++) {
    const subtable = cmap + font.readUInt32BE(cmap + 4 + 8 * i + 4)
    if (font.readUInt16BE(subtable) !== 4) continue
    const segments = font.readUInt16BE(subtable + 6) / 2
    const ends = subtable + 14
    const starts = ends + 2 * segments + 2
    const deltas = starts + 2 * segments
    const offsets = deltas + 2 * segments
    return (codePoint) => {
      for (let s = 0; s < segments; s++) {
        if (codePoint > font.readUInt16BE(ends + 2 * s)) continue
        const start = font.readUInt16BE(starts + 2 * s)
        if (codePoint < start) return 0
        const delta = font.readUInt16BE(deltas + 2 * s)
        const offset = font.readUInt16BE(offsets + 2 * s)
        if (offset === 0) return (codePoint + delta) & 0xffff
        const index = font.readUInt16BE(offsets + 2 * s + offset + 2 * (codePoint - start))
        return index === 0 ? 0 : (index + delta) & 0xffff
      }
      return 0
    }
  }
  throw new Error('the font has no cmap subtable of format 4')
}
