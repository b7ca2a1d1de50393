import { crc32, deflateSync } from 'node:zlib'

/** Colours as [red, green, blue], 0 to 255 each. */
export type Palette = readonly (readonly [number, number, number])[]

/**
 * Encodes `indices` [height][width] into a palette of up to 256 colours as a PNG. Each pixel becomes a square of
 * `magnify` × `magnify`, whose edges stay sharp in programs that smooth enlarged images.
 */
export function indexedPng(indices: Uint8Array, width: number, height: number, palette: Palette, magnify = 1): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width * magnify, 0)
  header.writeUInt32BE(height * magnify, 4)
  header.set([8, 3, 0, 0, 0], 8) // 8 bits, palette, deflate, no prediction, not interlaced

  const stride = 1 + width * magnify // each row starts with its filter, 0
  const rows = Buffer.alloc(stride * height * magnify)
  for (let y = 0; y < height * magnify; y++) {
    for (let x = 0; x < width * magnify; x++) {
      rows[y * stride + 1 + x] = indices[Math.floor(y / magnify) * width + Math.floor(x / magnify)] ?? 0
    }
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('PLTE', Buffer.from(palette.flat())),
    pngChunk('IDAT', deflateSync(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** A chunk of a PNG file, with its length and check sum. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
