import { readFile } from 'node:fs/promises'
import type { Sharp, SharpOptions } from 'sharp'
import { LayerRotationError } from '../../errors.js'
import type { ImageFile } from './image-list.js'

type Decoder = (input: Buffer, options: SharpOptions) => Sharp

/** The most bytes of an encoded image; one of a few megapixels has some megabytes. */
const largestFile = 2 ** 26

/** The first bytes of the kinds of files that are decoded. Other kinds, such as SVG, are programs rather than images. */
const beginnings: readonly RegExp[] = [
  /^\xff\xd8\xff/, // JPEG
  /^\x89PNG\r\n\x1a\n/,
  /^GIF8[79]a/,
  /^RIFF[^]{4}WEBP/,
  /^(II\*\0|MM\0\*)/, // TIFF
]

/** Returns a decoder of image files of one size. sharp is loaded when the first decoder is needed. */
export async function imageDecoder(shape: readonly number[]): Promise<(file: ImageFile) => Promise<Uint8Array>> {
  const { default: sharp } = await import('sharp')
  return (file) => decode(sharp, file, shape)
}

/**
 * Decodes an image. The pixels of 8-bit grey, RGB and palette images equal those of PIL's convert('RGB') and
 * convert('L'): neither colour profile nor orientation is applied, transparency is dropped, and an animation counts as its
 * first image. CMYK images and those of 16 bits, which PIL does not convert well, become RGB of 8 bits.
 *
 * @returns [channels, height, width]
 * @throws {LayerRotationError} INVALID_FILE for an image that cannot be read or has another size
 */
async function decode(sharp: Decoder, { path, size }: ImageFile, shape: readonly number[]): Promise<Uint8Array> {
  const [channels, height, width] = shape as [number, number, number]
  if (size > largestFile) throw invalid(path, `found ${size} bytes; expected an image of at most ${largestFile}`)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw invalid(path, `cannot be read: ${(error as Error).message}`, error)
  })
  const start = bytes.toString('latin1', 0, 16)
  if (!beginnings.some((beginning) => beginning.test(start))) {
    throw invalid(
      path,
      `found ${size === 0 ? 'no content' : 'another kind of file'}; expected JPEG, PNG, WebP, GIF or TIFF`,
    )
  }
  // 'error': images that libjpeg only warns of, such as some of ImageNet with superfluous bytes, are decoded.
  const options: SharpOptions = { failOn: 'error', ignoreIcc: true, limitInputPixels: height * width }
  try {
    const { data, info } = await sharp(bytes, options).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    if (info.height === height && info.width === width) return planes(data, info.channels, channels)
  } catch (error) {
    const found = await sharp(bytes, { limitInputPixels: false })
      .metadata()
      .catch(() => null)
    if (found === null || (found.height === height && found.width === width)) {
      throw invalid(path, `cannot be decoded: ${(error as Error).message}`, error)
    }
  }
  const found = await sharp(bytes, { limitInputPixels: false }).metadata()
  throw invalid(path, `found an image of ${found.width} × ${found.height} pixels; expected ${width} × ${height}`)
}

/** Turns interleaved channels into planes. */
function planes(pixels: Uint8Array, found: number, wanted: number): Uint8Array {
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
