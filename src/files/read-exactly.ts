import type { FileHandle } from 'node:fs/promises'
import { LayerRotationError } from '../errors.js'
import { reading } from './reading.js'
import { withRegular } from './regular-file.js'

/** The size of a file of `count` records of `record` bytes each. */
export interface RecordShape {
  record: number
  count: number
}

/**
 * Reads a file that must have exactly this many records; its length is checked before anything is allocated.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED
 */
export function readExactly(path: string, shape: RecordShape): Promise<Uint8Array> {
  return reading(path, () =>
    withRegular(path, async (handle) => {
      const { size } = await handle.stat()
      requireRecords(size, shape, path)
      const bytes = new Uint8Array(size)
      await fill(handle, bytes, path)
      return bytes
    }),
  )
}

/**
 * Checks the length of a file as `readExactly` does, without reading it. @throws {LayerRotationError} MISSING_FILE,
 * INVALID_FILE, READ_FAILED
 */
export function requireExactly(path: string, shape: RecordShape): Promise<void> {
  return reading(path, () =>
    withRegular(path, async (handle) => requireRecords((await handle.stat()).size, shape, path)),
  )
}

/** Checks a file's size. @param size bytes @throws {LayerRotationError} INVALID_FILE if it is not that of `shape` */
export function requireRecords(size: number, { record, count }: RecordShape, path: string): void {
  const expected = record * count
  if (size === expected) return
  const wanted = `expected ${count} records of ${record} bytes, ${expected} bytes in all`
  const problem =
    size < expected
      ? `byte ${size}, in record ${Math.floor(size / record)} (the first is 0): found the end of the file; ${wanted}`
      : `byte ${expected}: found more data, ${size} bytes in all; ${wanted}`
  throw new LayerRotationError('INVALID_FILE', `${path}: ${problem}`)
}

const largestRead = 2 ** 30 // one read takes less than 2 GiB

/**
 * Reads until `bytes` is full, from the current position or from a byte of the file. @throws {LayerRotationError} INVALID_FILE at
 * the end of the file, READ_FAILED
 */
export async function fill(handle: FileHandle, bytes: Uint8Array, path: string, begin?: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(bytes.length - at, largestRead)
    const position = begin === undefined ? null : begin + at
    const { bytesRead } = await reading(path, () => handle.read(bytes, at, length, position))
    if (bytesRead === 0) {
      const byte = (begin ?? 0) + at
      throw new LayerRotationError('INVALID_FILE', `${path}: byte ${byte}: found the end of the file while reading it`)
    }
    at += bytesRead
  }
}
