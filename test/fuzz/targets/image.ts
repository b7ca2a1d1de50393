import { imageDecoder } from '../../../src/data/images/decode-image.js'
import { image as picture, noise } from '../../data/image-files.js'
import { expectRefusal, type Target } from '../target.js'

const shapes = [
  [3, 4, 5],
  [1, 4, 5],
]

/** An encoded image of 4 × 5 pixels, to be decoded in colour or, where the first byte is odd, in grey. */
export const image: Target = {
  seeds: async () => {
    const colour = () => picture(noise(4, 5, 3), 4, 5, 3)
    const encoded = await Promise.all([
      colour().png().toBuffer(),
      colour().png({ palette: true }).toBuffer(),
      colour().jpeg().toBuffer(),
      colour().jpeg({ progressive: true }).toBuffer(),
      colour().webp().toBuffer(),
      colour().gif().toBuffer(),
      colour().tiff().toBuffer(),
      picture(noise(4, 5, 4), 4, 5, 4)
        .png()
        .toBuffer(),
      picture(noise(4, 5, 1), 4, 5, 1)
        .jpeg()
        .toBuffer(),
      picture(noise(4, 5, 4), 4, 5, 4)
        .gif()
        .toBuffer(),
      colour().withMetadata({ orientation: 3 }).tiff().toBuffer(),
      colour().toColourspace('cmyk').jpeg().toBuffer(),
      colour().toColourspace('cmyk').tiff().toBuffer(),
      Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="5" height="4"></svg>')),
    ])
    return encoded.flatMap((bytes) => [0, 1].map((kind) => Buffer.concat([Buffer.of(kind), bytes])))
  },
  tokens: [
    'IHDR',
    'IDAT',
    'IEND',
    'PLTE',
    'tRNS',
    'iCCP',
    'acTL',
    '\xff\xd8',
    '\xff\xc0',
    '\xff\xda',
    'GIF89a',
    'RIFF',
    'WEBPVP8X',
  ],
  run: (input) => {
    const [kind = 0] = input
    const bytes = Buffer.from(input.subarray(1))
    const shape = shapes[kind & 1]!
    return expectRefusal(async () => {
      const decode = await imageDecoder(shape)
      const pixels = await decode(bytes, 'image')
      if (pixels.length !== shape[0]! * 20) throw new Error(`it has ${pixels.length} bytes`)
    })
  },
}
