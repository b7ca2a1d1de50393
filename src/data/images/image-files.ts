import { isUtf8 } from 'node:buffer'
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statfsSync,
  statSync,
  type BigIntStats,
} from 'node:fs'
import { LayerRotationError } from '../../errors.js'
import { seeing } from '../../files/reading.js'
import { byCodePoint, type ImageFile } from './image-list.js'

/** @throws {LayerRotationError} INVALID_FILE for anything but a regular file: opening a pipe would wait for its writer */
export function imageFile(path: string, label: number, found: BigIntStats): ImageFile {
  if (!found.isFile())
    throw new LayerRotationError('INVALID_FILE', `${path} is not a regular file; expected an image file`)
  const { size, dev, ino, mtimeNs, ctimeNs } = found
  return { path, label, status: { size, dev, ino, mtimeNs, ctimeNs } }
}

/**
 * Returns the names of the files and folders in a folder, in order.
 *
 * @throws {LayerRotationError} READ_FAILED; INVALID_FILE if it is no folder or holds a name that is not UTF-8
 */
export function namesIn(folder: string): string[] {
  const names = seeing(folder, () => readdirSync(folder, { encoding: 'buffer' }))
  const foreign = names.find((name) => !isUtf8(name))
  if (foreign !== undefined) {
    const message = `${folder} holds the name "${escaped(foreign)}", which is not UTF-8; rename it, for example with convmv`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return byCodePoint(names.map(String))
}

export const isHidden = (name: string): boolean => name.startsWith('.')

/** Returns the names of the files and folders in a folder, in order, without hidden ones. */
export const visibleNames = (folder: string): string[] => namesIn(folder).filter((name) => !isHidden(name))

/** Shows bytes that are not UTF-8 as Python does: caf\xe9. */
function escaped(name: Buffer): string {
  return name.toString('latin1').replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/**
 * Returns the status of a file or folder; for a link, that of its target.
 *
 * @throws {LayerRotationError} READ_FAILED, INVALID_FILE
 */
export function status(path: string): BigIntStats {
  return seeing(path, () => statSync(path, { bigint: true }))
}

/** Tells whether a file or folder exists. @throws {LayerRotationError} READ_FAILED, INVALID_FILE */
export function exists(path: string): boolean {
  return seeing(path, () => statSync(path, { throwIfNoEntry: false })) !== undefined
}

/** Returns the number of the type of the file system that holds a file, as statfs(2) gives it. */
export function fileSystemOf(path: string): number {
  return seeing(path, () => statfsSync(path).type)
}

/**
 * Returns the first bytes of a regular file, at most `bytes`.
 *
 * @throws {LayerRotationError} READ_FAILED; INVALID_FILE if it became shorter than `size`, which its status gave
 */
export function beginningOf(path: string, bytes: number, size: bigint): Buffer {
  return seeing(path, () => {
    const file = openSync(path, 'r')
    try {
      const start = Buffer.alloc(Number(size < bytes ? size : BigInt(bytes)))
      for (let at = 0; at < start.length;) {
        const read = readSync(file, start, at, start.length - at, at)
        if (read === 0) throw new Error(`byte ${at}: found the end of the file while reading it`)
        at += read
      }
      return start
    } finally {
      closeAfterReading(file)
    }
  })
}

/** Reads a text file. @throws {LayerRotationError} READ_FAILED, INVALID_FILE */
export function textOf(path: string): string {
  // Node ends the process if a file cannot be closed that it reads as text.
  return seeing(path, () => readFileSync(path)).toString()
}

/** Closes a file. What was read from it counts, even if that fails. */
function closeAfterReading(file: number): void {
  try {
    closeSync(file)
  } catch {
    // Nothing was written.
  }
}
