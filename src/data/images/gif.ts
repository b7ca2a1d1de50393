/** A rectangle of an image, in pixels. */
interface Place {
  left: number
  top: number
  width: number
  height: number
}

/** A GIF whose first image is opaque, and the rest of its canvas, which the image does not cover. */
interface OpaqueGif {
  bytes: Buffer
  /** The place of the first image on the canvas. */
  place: Place
  /** The colour of the canvas around it: red, green, blue. */
  around: Uint8Array
}

/** https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
const headerBytes = 13
const [extension, image, trailer] = [0x21, 0x2c, 0x3b]
const graphicControl = 0xf9
const isTransparent = 1

/** Each index as a grey, the palette of a GIF without one. */
const greys = Uint8Array.from({ length: 3 * 256 }, (_, i) => i / 3)

/**
 * Makes the first image of a GIF opaque: libvips makes transparent pixels black, where PIL's convert('RGB') gives them the
 * colour that the palette has for them. As in PIL, the canvas around the image has the colour of the transparent index, or
 * else of index 0, and a GIF without a palette is grey.
 *
 * @returns null if it holds no image
 */
export function opaqueGif(gif: Buffer): OpaqueGif | null {
  const bytes = Buffer.from(gif)
  const shared = paletteAt(gif, headerBytes, gif[10])
  let background = 0
  let at = headerBytes + shared.length
  while (at < gif.length && gif[at] !== trailer) {
    if (gif[at] === image) {
      if (at + 10 > gif.length) return null
      const own = paletteAt(gif, at + 10, gif[at + 9])
      const palette = [own, shared].find(({ length }) => length > 0) ?? greys
      const [left, top, width, height] = [1, 3, 5, 7].map((field) => gif.readUInt16LE(at + field)) as Numbers
      const around = Uint8Array.from([0, 1, 2], (c) => palette[3 * background + c] ?? 0)
      return { bytes: palette === greys ? withPalette(bytes) : bytes, place: { left, top, width, height }, around }
    }
    if (gif[at] !== extension) {
      at += 1
      continue
    }
    if (gif[at + 1] === graphicControl && gif[at + 2] === 4 && at + 6 < gif.length) {
      if (gif[at + 3]! & isTransparent) background = gif[at + 6]!
      bytes[at + 3]! &= ~isTransparent
    }
    at = endOfBlocks(gif, at + 2)
  }
  return null
}

type Numbers = [number, number, number, number]

/** Returns the palette that begins at a byte. @param flags of the block before it, which tell its length */
function paletteAt(gif: Buffer, begin: number, flags = 0): Uint8Array {
  return gif.subarray(begin, flags & 0x80 ? begin + 3 * 2 ** ((flags & 7) + 1) : begin)
}

/** Returns the byte after a list of blocks, each of which begins with its length; the last has none. */
function endOfBlocks(gif: Buffer, begin: number): number {
  let at = begin
  while (gif[at]) at += 1 + gif[at]!
  return at + 1
}

function withPalette(gif: Buffer): Buffer {
  const header = Buffer.from(gif.subarray(0, headerBytes))
  header[10] = 0x80 | 7
  return Buffer.concat([header, greys, gif.subarray(headerBytes)])
}

/**
 * Gives the canvas around the first image its colour.
 *
 * @param pixels [height, width, 3]
 * @param width of the canvas
 */
export function colourAround(pixels: Uint8Array, width: number, { place, around }: OpaqueGif): void {
  const [right, bottom] = [place.left + place.width, place.top + place.height]
  for (let p = 0; p < pixels.length / 3; p++) {
    const [x, y] = [p % width, Math.floor(p / width)]
    if (x < place.left || x >= right || y < place.top || y >= bottom) pixels.set(around, 3 * p)
  }
}
