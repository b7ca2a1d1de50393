import { open, rename, rm, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { fill } from '../../files/read-exactly.js'
import { writeAll } from '../../files/write-all.js'
import { writing } from '../../files/write.js'
import { requireMemory } from '../../memory.js'
import { elements } from '../../shape.js'
import { imageDecoder } from './decode-image.js'
import { requireDiskSpace } from '../disk-space.js'
import { fingerprint, type ImageFile, type ImageList } from './image-list.js'
import { throwIfInterrupted } from '../interrupted.js'
import type { DataWork } from '../progress.js'

/** The pixels of a list of images; each split is [n, channels, height, width]. */
export interface Pixels {
  train: Uint8Array
  test: Uint8Array
}

/*
 * A file of packed images: a header of 64 bytes, then the training and the test images one after the other, a byte a
 * pixel. The header is magic, version, shape and counts as little-endian 32-bit integers, and the SHA-256 fingerprint of
 * the list of image files, which determines all of them: a file with another header holds other images, or none.
 */
const magic = Buffer.from('LROTIMGS')
const version = 1

function headerOf(list: ImageList, shape: readonly number[]): Buffer {
  const numbers = [version, ...shape, list.train.length, list.test.length]
  const fields = Buffer.alloc(4 * numbers.length)
  for (const [i, number] of numbers.entries()) fields.writeUInt32LE(number, 4 * i)
  return Buffer.concat([magic, fields, fingerprint(list, shape)])
}

/** Reads packed images. @returns null if the file is missing, was cut short or holds other images */
export async function readPacked(path: string, list: ImageList, shape: readonly number[]): Promise<Pixels | null> {
  const isFile = await stat(path).then(
    (status) => status.isFile(),
    () => false,
  )
  const handle = isFile ? await open(path).catch(() => null) : null
  if (handle === null) return null
  try {
    const expected = headerOf(list, shape)
    const [trainBytes, testBytes] = [list.train.length * elements(shape), list.test.length * elements(shape)]
    if ((await handle.stat()).size !== expected.length + trainBytes + testBytes) return null
    const header = Buffer.alloc(expected.length)
    await fill(handle, header, path)
    if (!header.equals(expected)) return null
    requireMemory(trainBytes + testBytes, `${path}: its images`)
    const pixels = { train: new Uint8Array(trainBytes), test: new Uint8Array(testBytes) }
    await fill(handle, pixels.train, path)
    await fill(handle, pixels.test, path)
    return pixels
  } finally {
    await handle.close()
  }
}

/**
 * Decodes the images into a file, which appears when it is complete.
 *
 * @throws {LayerRotationError} INVALID_FILE naming an image; WRITE_FAILED, INTERRUPTED
 */
export async function writePacked(
  path: string,
  list: ImageList,
  shape: readonly number[],
  subject: string,
  work: DataWork,
): Promise<void> {
  const part = `${path}.part`
  const handle = await writing(part, () => open(part, 'w'))
  try {
    const files = [...list.train, ...list.test]
    await requireDiskSpace(dirname(path), files.length * elements(shape), `Decoding ${subject}`)
    await writing(part, () => writeAll(handle, headerOf(list, shape)))
    await decodeAll(files, shape, subject, work, (pixels) => writing(part, () => writeAll(handle, pixels)))
    await writing(part, () => handle.sync())
    await handle.close()
    await writing(path, () => rename(part, path))
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(part, { force: true }).catch(() => undefined)
    throw error
  }
}

const chunkBytes = 2 ** 24

/** Decodes on as many threads as there are cores, and keeps at most one chunk in memory. */
async function decodeAll(
  files: readonly ImageFile[],
  shape: readonly number[],
  subject: string,
  { onProgress, signal }: DataWork,
  write: (pixels: Uint8Array) => Promise<void>,
): Promise<void> {
  const decode = await imageDecoder(shape)
  const size = elements(shape)
  const perChunk = Math.max(1, Math.floor(chunkBytes / size))
  let done = 0
  for (let first = 0; first < files.length; first += perChunk) {
    const count = Math.min(perChunk, files.length - first)
    const chunk = new Uint8Array(count * size)
    let next = 0
    const worker = async () => {
      while (next < count) {
        throwIfInterrupted(signal, `decoding ${subject}`)
        const i = next++
        chunk.set(await decode(files[first + i]!), i * size)
        onProgress?.({ step: 'decoding', subject, done: ++done, total: files.length, unit: 'images' })
      }
    }
    const stopAll = (error: unknown) => {
      next = count
      throw error
    }
    await Promise.all(Array.from({ length: availableParallelism() }, () => worker().catch(stopAll)))
    await write(chunk)
  }
}
