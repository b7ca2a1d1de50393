import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fontFile } from '../../../src/figure/font.js'
import { readPrintFont, withFont } from '../../../src/figure/print/print-font.js'
import { expectRefusal, type Target } from '../target.js'

/** A font that is given to a figure. */
export const font: Target = {
  seeds: () => [withTables(readFileSync(fontFile))],
  tokens: [
    'head',
    'hhea',
    'hmtx',
    'cmap',
    'name',
    'maxp',
    'loca',
    'glyf',
    'OS/2',
    'post',
    '\x00\x01\x00\x00',
    'OTTO',
    '\xff\xff\xff\xff',
  ],
  run: (input, folder) => {
    const file = join(folder, 'font.ttf')
    writeFileSync(file, input)
    return expectRefusal(async () => {
      const { has, width } = await readPrintFont(file)
      withFont(file, () => {
        for (const text of ['rotation 0…1', 'ä⁻‖', '漢'])
          if (Number.isNaN(width(text))) throw new Error('a width is NaN')
        has('x')
      })
    })
  },
}

/** The tables of a font that a figure reads for its texts, in a font of their own: the outlines are most of a file. */
function withTables(font: Buffer): Buffer {
  const kept = ['OS/2', 'cmap', 'head', 'hhea', 'hmtx', 'maxp', 'name', 'post']
  const records = Array.from({ length: font.readUInt16BE(4) }, (_, i) =>
    font.subarray(12 + 16 * i, 28 + 16 * i),
  ).filter((record) => kept.includes(record.toString('latin1', 0, 4)))
  const head = Buffer.from(font.subarray(0, 12))
  head.writeUInt16BE(records.length, 4)
  let at = 12 + 16 * records.length
  const places = records.map((record) => {
    const place = Buffer.from(record)
    place.writeUInt32BE(at, 8)
    at += Math.ceil(record.readUInt32BE(12) / 4) * 4
    return place
  })
  const tables = records.map((record) => {
    const [begin, length] = [record.readUInt32BE(8), record.readUInt32BE(12)]
    return Buffer.concat([font.subarray(begin, begin + length), Buffer.alloc((4 - (length % 4)) % 4)])
  })
  return Buffer.concat([head, ...places, ...tables])
}
