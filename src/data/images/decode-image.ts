import type { Sharp, SharpOptions } from 'sharp'
import { LayerRotationError } from '../../errors.js'
import { fill } from '../../files/read-exactly.js'
import { reading } from '../../files/reading.js'
import { withRegular } from '../../files/regular-file.js'
import { colourAround, opaqueGif } from './gif.js'
import { decodedKinds, imageKind, type ImageKind } from './image-kind.js'
import { jpegComponents } from './jpeg.js'
import { isPlainYcbcr } from './tiff.js'

type Decoder = (input: Buffer, options: SharpOptions) => Sharp

/** The most bytes of an encoded image; one of a few megapixels has some megabytes. */
const largestFile = 2 ** 26

/**
 * Reads an image file as it is.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE if it is not a regular file or too large
 */
export function readImage(path: string): Promise<Buffer> {
  return reading(path, () =>
    withRegular(path, async (handle) => {
      const { size } = await handle.stat()
      if (size > largestFile) throw invalid(path, `found ${size} bytes; expected an image of at most ${largestFile}`)
      const bytes = Buffer.alloc(size)
      await fill(handle, bytes, path)
      return bytes
    }),
  )
}

/** Decodes the content of an image file. @param path its path, for errors */
type DecodeImage = (bytes: Buffer, path: string) => Promise<Uint8Array>

/** Returns a decoder of images of one size. sharp is loaded when the first decoder is needed. */
export async function imageDecoder(shape: readonly number[]): Promise<DecodeImage> {
  const { default: sharp } = await import('sharp')
  return (bytes, path) => decode(sharp, bytes, path, shape)
}

/**
 * Decodes an image. The pixels equal those of PIL's convert('RGB') and convert('L'): no colour profile is applied,
 * transparency is dropped, an animation counts as its first image, and the orientation counts in a TIFF only. There is one
 * exception: grey images of 16 bits become the upper of their two bytes, where PIL makes all values above 255 white.
 *
 * @returns [channels, height, width]
 * @throws {LayerRotationError} INVALID_FILE for an image that cannot be read, has another size, has pixels of other types
 *   than 8 and 16 bits without a sign, or is a TIFF of luma and chroma without JPEG
 */
async function decode(sharp: Decoder, bytes: Buffer, path: string, shape: readonly number[]): Promise<Uint8Array> {
  const [channels, height, width] = shape as [number, number, number]
  const kind = imageKind(bytes)
  if (kind === undefined)
    throw invalid(path, `found ${bytes.length === 0 ? 'no content' : 'another kind of file'}; expected ${decodedKinds}`)
  // 'error': images that libjpeg only warns of, such as some of ImageNet with superfluous bytes, are decoded.
  const options: SharpOptions = { failOn: 'error', ignoreIcc: true, limitInputPixels: height * width }
  try {
    const found = await decodeKind[kind](sharp, bytes, options)
    if (found.height === height && found.width === width) return planes(found, channels)
  } catch (error) {
    const found = await sizeOf(sharp, bytes).catch(() => null)
    if (found === null || (found.height === height && found.width === width)) {
      throw invalid(path, `cannot be decoded: ${(error as Error).message.split('\n')[0]!}`, error)
    }
  }
  const found = await sizeOf(sharp, bytes)
  throw invalid(path, `found an image of ${found.width} × ${found.height} pixels; expected ${width} × ${height}`)
}

async function sizeOf(sharp: Decoder, bytes: Buffer): Promise<{ width: number; height: number }> {
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata()
  return imageKind(bytes) === 'TIFF' ? metadata.autoOrient : metadata
}

/** The pixels of an image: [height, width, channels]. */
interface Pixels {
  data: Uint8Array
  height: number
  width: number
  channels: number
}

type DecodeKind = (sharp: Decoder, bytes: Buffer, options: SharpOptions) => Promise<Pixels>

const decodeKind: Record<ImageKind, DecodeKind> = {
  PNG: (sharp, bytes, options) => raw(sharp(bytes, options)),
  WebP: (sharp, bytes, options) => raw(sharp(bytes, options)),
  JPEG: (sharp, bytes, options) =>
    jpegComponents(bytes) === 4 ? printed(sharp(bytes, options)) : raw(sharp(bytes, options)),
  async GIF(sharp, bytes, options) {
    const gif = opaqueGif(bytes)
    if (gif === null) throw new Error('it holds no image')
    const pixels = await raw(sharp(gif.bytes, options).toColourspace('srgb')) // three channels, grey or not
    colourAround(pixels.data, pixels.width, gif)
    return pixels
  },
  async TIFF(sharp, bytes, options) {
    const { space, depth } = await sharp(bytes, options).metadata()
    // libvips takes luma and chroma for colours, unless libjpeg has unpacked them.
    if (isPlainYcbcr(bytes)) throw new Error('its pixels are luma and chroma (YCbCr); expected RGB, grey or CMYK')
    if (depth !== 'uchar' && depth !== 'ushort')
      throw new Error(`its pixels are of type ${depth}; expected 8 or 16 bits without a sign`)
    const upright = sharp(bytes, options).autoOrient()
    return space === 'cmyk' ? printed(upright, depth) : raw(upright)
  },
}

async function raw(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, ...info }
}

/**
 * Turns the inks of a CMYK image into colours as PIL does, without a colour profile.
 *
 * @param depth the type of a pixel; the upper byte counts
 */
async function printed(image: Sharp, depth: 'uchar' | 'ushort' = 'uchar'): Promise<Pixels> {
  const inks = image.pipelineColourspace('cmyk').toColourspace('cmyk').removeAlpha().raw({ depth })
  const { data, info } = await inks.toBuffer({ resolveWithObject: true })
  const bytes = depth === 'uchar' ? data : data.filter((_, i) => i % 2 === 1)
  const plane = info.height * info.width
  const colours = new Uint8Array(3 * plane)
  for (let p = 0; p < plane; p++) {
    const light = 255 - bytes[4 * p + 3]!
    for (let c = 0; c < 3; c++) colours[3 * p + c] = light - productOf255ths(bytes[4 * p + c]!, light)
  }
  return { data: colours, height: info.height, width: info.width, channels: 3 }
}

/** Returns a · b / 255, rounded, in the fixed-point arithmetic of PIL. */
function productOf255ths(a: number, b: number): number {
  const product = a * b + 128
  return ((product >> 8) + product) >> 8
}

/** Turns interleaved channels into planes. */
function planes({ data: pixels, channels: found }: Pixels, wanted: number): Uint8Array {
  const plane = pixels.length / found
  const result = new Uint8Array(wanted * plane)
  for (let p = 0; p < plane; p++) {
    if (found === wanted) for (let c = 0; c < wanted; c++) result[c * plane + p] = pixels[p * found + c]!
    else if (wanted === 1) result[p] = grey(pixels[p * found]!, pixels[p * found + 1]!, pixels[p * found + 2]!)
    else result[p] = result[plane + p] = result[2 * plane + p] = pixels[p]!
  }
  return result
}

/** Returns the ITU-R 601-2 luma in the fixed-point arithmetic of PIL's convert('L'). */
function grey(red: number, green: number, blue: number): number {
  return (red * 19_595 + green * 38_470 + blue * 7471 + 0x8000) >> 16
}

function invalid(path: string, problem: string, cause?: unknown): LayerRotationError {
  return new LayerRotationError('INVALID_FILE', `${path}: ${problem}`, { cause })
}
