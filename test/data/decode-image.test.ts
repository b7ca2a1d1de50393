import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { imageDecoder, readImage } from '../../src/data/images/decode-image.js'
import { LayerRotationError } from '../../src/errors.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { image, noise, planar } from './image-files.js'
import { pillowImage, pillowImages, type PillowImage } from './pillow.js'

async function decodePath(path: string, shape: readonly number[]): Promise<number[]> {
  const decode = await imageDecoder(shape)
  return [...(await decode(await readImage(path), path))]
}

function fileOf(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'image')
  writeFileSync(path, bytes)
  return path
}

const decode = (bytes: Uint8Array, shape: readonly number[] = [3, 4, 5]) => decodePath(fileOf(bytes), shape)

const colour = noise(4, 5, 3)
const grey = noise(4, 5, 1)
/** Returns what PIL's convert('L') makes of red, green and blue. */
const luma = (pixels: Buffer) =>
  Array.from({ length: pixels.length / 3 }, (_, p) => {
    const [red, green, blue] = pixels.subarray(3 * p)
    return Math.floor((red! * 19_595 + green! * 38_470 + blue! * 7471 + 32_768) / 65_536)
  })

describe('an image', () => {
  test.each(['png', 'webp', 'tiff', 'gif'] as const)(
    'in colour comes out of lossless %s as it went in',
    async (format) => {
      const few = Buffer.from(colour.map((value) => (value > 127 ? 255 : 0))) // a GIF has no more than 256 colours
      const bytes = await image(format === 'gif' ? few : colour, 4, 5, 3)
        .toFormat(format, { lossless: true, compression: 'lzw', dither: 0 })
        .toBuffer()
      expect(await decode(bytes)).toEqual(planar(format === 'gif' ? few : colour, 3))
    },
  )

  test('in grey has three equal channels where three are wanted, and one in colour its luma where one is', async () => {
    const png = await image(grey, 4, 5, 1).toColourspace('b-w').png().toBuffer()
    expect(await decode(png)).toEqual([...grey, ...grey, ...grey])
    expect(await decode(png, [1, 4, 5])).toEqual([...grey])
    expect(await decode(await image(colour, 4, 5, 3).png().toBuffer(), [1, 4, 5])).toEqual(luma(colour))
  })

  test('as JPEG comes out near what went in, in colour and in grey', async () => {
    const ramp = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i % 3) * 60 + Math.floor(i / 192)))
    const near = (found: number[], wanted: number[]) =>
      expect(Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThanOrEqual(4)
    near(await decode(await image(ramp, 64, 64, 3).jpeg({ quality: 95 }).toBuffer(), [3, 64, 64]), planar(ramp, 3))
    const rows = Buffer.from(Array.from({ length: 64 * 64 }, (_, i) => 3 * Math.floor(i / 64)))
    const bytes = await image(rows, 64, 64, 1).toColourspace('b-w').jpeg({ quality: 95 }).toBuffer()
    near(await decode(bytes, [3, 64, 64]), [...rows, ...rows, ...rows])
  })
})

describe('every way from a file to pixels', () => {
  /** Files whose pixels are not those that Pillow makes of them, with the file whose pixels they have. */
  const otherwise = new Map([
    // Pillow makes all grey values above 255 of 65535 white; here the upper byte counts, as both do in colour.
    ['grey-16.png', 'grey.tif'],
    ['grey-16-trns.png', 'grey.tif'],
    ['grey-16.tif', 'grey.tif'],
    ['grey-16-big-endian.tif', 'grey.tif'],
    // Pillow takes the upper bytes of a palette that holds 8 bits in 16, which are all 0.
    ['palette-of-8-bits.tif', 'palette.tif'],
    // Pillow does not read it.
    ['bigtiff-big-endian.tif', 'bigtiff.tif'],
  ])

  /** Files that are refused. Pillow cuts off what is below 0 or above 255, or takes signed numbers for unsigned ones. */
  const refused = new Map([
    ['float.tif', 'cannot be decoded: its pixels are of type float; expected 8 or 16 bits without a sign'],
    ['int.tif', 'cannot be decoded: its pixels are of type int; expected 8 or 16 bits without a sign'],
    ['signed.tif', 'cannot be decoded: its pixels are of type char; expected 8 or 16 bits without a sign'],
    ['lab.tif', 'cannot be decoded: Input buffer has corrupt header: image: bad labq format'],
    ...['other.bmp', 'other.ppm', 'other.avif', 'other.jp2'].map(
      (name) => [name, 'found another kind of file; expected JPEG, PNG, WebP, GIF or TIFF'] as const,
    ),
  ])

  const names = pillowImages.map(({ name }) => name)
  const decodePillow = ({ bytes, height, width }: PillowImage, channels: number) =>
    decode(bytes, [channels, height, width])

  test.each(names.filter((name) => !refused.has(name)))("gives %s the pixels of PIL's convert", async (name) => {
    const { colour, grey } = pillowImage(otherwise.get(name) ?? name)
    expect(await decodePillow(pillowImage(name), 3)).toEqual(planar(colour!, 3))
    expect(await decodePillow(pillowImage(name), 1)).toEqual([...grey!])
  })

  test.each([...refused])('refuses %s', async (name, problem) => {
    const message = await failure(() => decodePillow(pillowImage(name), 3))
    expect(message.replace(/^INVALID_FILE: \S+: /, '')).toBe(problem)
  })

  test('applies no colour profile', async () => {
    const profile = await image(colour, 4, 5, 3).withIccProfile('p3').png().toBuffer()
    const stored = await image(colour, 4, 5, 3).png().toBuffer()
    expect(await decode(profile)).not.toEqual(await decode(stored)) // sharp converts the pixels when it writes
    expect(await decode(profile)).toEqual(await decode(withoutProfile(profile)))
  })
})

/** Removes the chunk iCCP from a PNG. */
function withoutProfile(png: Buffer): Buffer {
  const at = png.indexOf('iCCP') - 4
  return Buffer.concat([png.subarray(0, at), png.subarray(at + 12 + png.readUInt32BE(at))])
}

describe('an image that cannot be used', () => {
  async function complaint(bytes: Uint8Array, shape?: readonly number[]): Promise<string> {
    const path = fileOf(bytes)
    const message = await failure(() => decodePath(path, shape ?? [3, 4, 5]))
    expect(message).toContain(`INVALID_FILE: ${path}: `)
    return message.replace(`INVALID_FILE: ${path}: `, '')
  }

  test('has another size', async () => {
    for (const [height, width] of [
      [4, 6],
      [5, 4],
      [2, 2],
      [1, 20],
    ] as const) {
      expect(
        await complaint(
          await image(noise(height, width, 3), height, width, 3)
            .png()
            .toBuffer(),
        ),
      ).toBe(`found an image of ${width} × ${height} pixels; expected 5 × 4`)
    }
  })

  test('claims to be huge', async () => {
    const png = await image(colour, 4, 5, 3).png().toBuffer()
    png.writeUInt32BE(60_000, 16)
    png.writeUInt32BE(60_000, 20)
    const before = process.memoryUsage().rss
    expect(await complaint(png)).toMatch(/60000 × 60000|cannot be decoded/)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
  })

  test.each(['png', 'jpeg', 'webp', 'gif', 'tiff'] as const)('is a %s cut off anywhere', async (format) => {
    const bytes = await image(noise(32, 32, 3), 32, 32, 3)
      .toFormat(format)
      .toBuffer()
    for (const share of [0.05, 0.3, 0.6, 0.9]) {
      expect(await complaint(bytes.subarray(0, Math.ceil(bytes.length * share)), [3, 32, 32])).not.toBe('')
    }
  })

  test('is empty, or something else', async () => {
    expect(await complaint(Buffer.alloc(0))).toBe('found no content; expected JPEG, PNG, WebP, GIF or TIFF')
    for (const content of [
      '<svg xmlns="http://www.w3.org/2000/svg" width="5" height="4"><image href="file:///etc/passwd"/></svg>',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="5" height="4"/>',
      '%PDF-1.7',
      'P6\n5 4\n255\n' + 'x'.repeat(60),
      'BM000000000000000000',
    ]) {
      expect(await complaint(Buffer.from(content))).toBe(
        'found another kind of file; expected JPEG, PNG, WebP, GIF or TIFF',
      )
    }
  })

  test('is larger than any image', async () => {
    const path = fileOf(await image(colour, 4, 5, 3).png().toBuffer())
    truncateSync(path, 2 ** 26 + 1)
    expect(await failure(() => decodePath(path, [3, 4, 5]))).toContain(
      'found 67108865 bytes; expected an image of at most 67108864',
    )
  })

  test('is a folder', async () => {
    const path = join(temporaryFolder(), 'image.png')
    mkdirSync(path)
    expect(await failure(() => decodePath(path, [3, 4, 5]))).toContain(
      `INVALID_FILE: ${path} cannot be read: it is not a regular file`,
    )
  })

  test('never ends the process, whichever bytes are wrong', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'gif', 'tiff'] as const) {
      const whole = await image(noise(16, 16, 3), 16, 16, 3)
        .toFormat(format)
        .toBuffer()
      const random = noise(60, 3, 1, 7)
      const broken = Array.from({ length: 60 }, (_, i) => {
        const bytes = Buffer.from(whole)
        const at = Math.floor(((random[3 * i]! * 256 + random[3 * i + 1]!) / 65_536) * bytes.length)
        bytes[at]! ^= random[3 * i + 2]! | 1
        return bytes
      })
      const outcomes = await Promise.all(
        broken.map((bytes) =>
          decode(bytes, [3, 16, 16]).then(
            (pixels) => pixels.length,
            (error: unknown) => error,
          ),
        ),
      )
      for (const outcome of outcomes) if (outcome !== 768) expect(outcome).toBeInstanceOf(LayerRotationError)
    }
  })
})
