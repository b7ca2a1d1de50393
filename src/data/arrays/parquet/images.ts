import { setImmediate } from 'node:timers/promises'
import { LayerRotationError } from '../../../errors.js'
import { requireMemory } from '../../../memory.js'
import { throwIfInterrupted } from '../../../interrupted.js'
import { elements } from '../../../shape.js'
import { imageDecoder } from '../../images/decode-image.js'
import { channelsIn, sizeIn } from '../../images/infer-folder.js'
import type { DataWork } from '../../progress.js'
import { imageShape, pixelsOf, type Layout } from '../image-array.js'
import { arrayTypes, refuse } from '../npy-array.js'
import { findColumn, type Column } from './column.js'
import { describedType } from './labels.js'
import { pagesOf } from './pages.js'
import type { ParquetFile } from './parquet-file.js'

/** Images in memory, [n, channels, height, width]. */
export interface ImagesRead {
  images: number
  shape: readonly number[]
  pixels: Uint8Array | Float32Array
}

/** The kinds of image columns: encoded images, or lists of pixels of a type. */
type Kind = 'encoded' | '|u1' | '<f4'

/** @throws {Error} if the column holds something else */
function kindOf(column: Column): Kind {
  const { leaf, lists } = column
  const logical = leaf.logical_type
  if (leaf.type === 'BYTE_ARRAY' && lists === 0 && logical === undefined && leaf.converted_type === undefined)
    return 'encoded'
  const isByte =
    logical?.type === 'INTEGER' ? logical.bitWidth === 8 && !logical.isSigned : leaf.converted_type === 'UINT_8'
  if (lists > 0 && leaf.type === 'INT32' && isByte) return '|u1'
  if (lists > 0 && leaf.type === 'FLOAT') return '<f4'
  throw new Error(
    `its column ${column.name} holds ${describedType(column)}; expected lists of uint8 or float32, encoded images, or {bytes, path}`,
  )
}

/**
 * Returns the shape of the images of a Parquet file, [channels, height, width], from the first of them.
 *
 * @param layout of lists in lists; null if it is evident
 * @throws {LayerRotationError} INVALID_CONFIG for a flat list, which has no height and width
 * @throws {Error} which says what is wrong with the file
 */
export function imageShapeOf(
  file: ParquetFile,
  name: string | undefined,
  layout: Layout | null,
): [number, number, number] {
  const column = findColumn(file, name, 'images')
  const kind = kindOf(column)
  if (kind !== 'encoded') {
    const lengths = listsOf(file, column)
    if (lengths.length > 1) return imageShape([file.rows, ...lengths], layout, file.path).shape
    const message = `${file.path} has images of ${lengths[0]!} pixels in flat lists; set data.shape to [channels, height, width]`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  for (const { values } of pagesOf(file, column)) {
    const [first] = values
    if (first === undefined) continue
    const bytes = Buffer.from(first as Uint8Array)
    const size = sizeIn(bytes)
    if (size === undefined) throw new Error(`the size of its first image cannot be read; the image is damaged`)
    return [channelsIn(bytes), size.height, size.width]
  }
  throw new Error('it has no rows; expected at least one image')
}

/**
 * Reads the images of a Parquet file.
 *
 * @param shape [channels, height, width]
 * @param layout of lists; null for [channels, height, width] in flat ones, and for what is evident in others
 * @throws {LayerRotationError} INVALID_FILE, OUT_OF_MEMORY, INTERRUPTED
 * @throws {Error} which says what is wrong with the file
 */
export async function readImages(
  file: ParquetFile,
  name: string | undefined,
  shape: readonly number[],
  layout: Layout | null,
  work: DataWork,
): Promise<ImagesRead> {
  const column = findColumn(file, name, 'images')
  const kind = kindOf(column)
  if (kind === 'encoded') return readEncoded(file, column, shape, work)
  const lengths = listsOf(file, column)
  const size = elements(lengths)
  const content = {
    type: kind,
    bytes: await readPixels(file, column, kind, lengths, work),
    shape: [file.rows, ...lengths],
  }
  if (column.lists > 1) {
    const found = imageShape(content.shape, layout, file.path, shape)
    return { ...found, pixels: pixelsOf(content, found, file.path) }
  }
  if (size !== elements(shape)) {
    refuse(
      file.path,
      `has images of ${size} pixels; expected ${elements(shape)}, as data.shape ${shape.join(' × ')} says`,
    )
  }
  const found = { images: file.rows, shape: shape as [number, number, number], layout: layout ?? ('nchw' as const) }
  return { ...found, pixels: pixelsOf(content, found, file.path) }
}

/** Returns the lengths of the lists in the first row, outermost first: [height, width], for example. */
function listsOf(file: ParquetFile, column: Column): number[] {
  // [lists]: values of the first row at whose place a list of this depth goes on.
  const begun = new Array<number>(column.lists).fill(0)
  let isWhole = false
  for (const { levels } of pagesOf(file, column)) {
    for (const level of levels!) {
      if (level === 0 && begun[0]! > 0) isWhole = true
      if (isWhole) break
      for (let depth = Math.max(level, 1); depth <= column.lists; depth++) begun[depth - 1]!++
    }
    if (isWhole) break
  }
  if (begun[0] === 0) throw new Error('it has no rows; expected at least one image')
  const lengths = begun.map((count, depth) => count / (begun[depth - 1] ?? 1))
  if (lengths.every(Number.isInteger)) return lengths
  throw new Error('the lists of its first row differ in length; expected images of one size')
}

/** Reads lists, all of which have the lengths of the first row's, as one array. */
async function readPixels(
  file: ParquetFile,
  column: Column,
  kind: '|u1' | '<f4',
  lengths: readonly number[],
  { signal }: DataWork,
): Promise<ArrayBuffer> {
  const size = elements(lengths)
  requireMemory(file.rows * size * arrayTypes[kind].bytes, `${file.path}: its images`)
  const pixels = arrayTypes[kind].view(new ArrayBuffer(file.rows * size * arrayTypes[kind].bytes))
  const expected = levelsOf(lengths)
  let at = 0
  for (const { values, levels } of pagesOf(file, column)) {
    throwIfInterrupted(signal, `reading ${file.path}`)
    await setImmediate()
    for (let i = 0; i < values.length; i++, at++) {
      if (levels![i] !== expected[at % size] || at >= pixels.length) {
        throw new Error(
          `its row ${Math.floor(at / size)} has a list of another length than the first row, ${lengths.join(' × ')}`,
        )
      }
    }
    if (kind === '|u1') {
      const wrong = (values as Int32Array).findIndex((value) => value < 0 || value > 255)
      if (wrong !== -1) throw new Error(`it has the pixel ${String(values[wrong])}; expected 0 … 255`)
    }
    pixels.set(values as Int32Array, at - values.length)
  }
  if (at !== pixels.length)
    throw new Error(`it has ${at} pixels; expected ${pixels.length}, images of ${lengths.join(' × ')}`)
  return pixels.buffer
}

/** The level of each value of a row whose lists have these lengths. */
function levelsOf(lengths: readonly number[]): Uint8Array {
  const levels = new Uint8Array(elements(lengths)).fill(lengths.length)
  for (let depth = lengths.length - 1; depth >= 0; depth--) {
    const step = elements(lengths.slice(depth))
    for (let i = 0; i < levels.length; i += step) levels[i] = depth
  }
  return levels
}

/** Images that are decoded at a time. */
const batch = 64

async function readEncoded(
  file: ParquetFile,
  column: Column,
  shape: readonly number[],
  work: DataWork,
): Promise<ImagesRead> {
  const [channels] = shape
  if (channels !== 1 && channels !== 3) {
    refuse(file.path, `holds encoded images, which have 1 or 3 channels; expected ${channels}, as data.shape says`)
  }
  const size = elements(shape)
  requireMemory(file.rows * size, `${file.path}: its images`)
  const decode = await imageDecoder(shape)
  const pixels = new Uint8Array(file.rows * size)
  let done = 0
  for (const { values } of pagesOf(file, column)) {
    if (done + values.length > file.rows) throw new Error(`it has more images than rows, ${file.rows}`)
    for (let begin = 0; begin < values.length; begin += batch) {
      throwIfInterrupted(work.signal, `decoding ${file.path}`)
      const images = Array.from(
        { length: Math.min(batch, values.length - begin) },
        (_, i) => values[begin + i] as Uint8Array,
      )
      const decoded = await Promise.allSettled(
        images.map((image, i) => decode(Buffer.from(image), `${file.path}: image ${done + i}`)),
      )
      for (const image of decoded) {
        // The first image that is wrong is the one that the error names, whichever was decoded first.
        if (image.status === 'rejected') throw image.reason
        pixels.set(image.value, size * done++)
      }
      work.onProgress?.({ step: 'decoding', subject: file.path, done, total: file.rows, unit: 'images' })
    }
  }
  if (done !== file.rows) throw new Error(`it has ${done} images; expected ${file.rows}, one a row`)
  return { images: done, shape, pixels }
}
