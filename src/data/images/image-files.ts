import { isUtf8 } from 'node:buffer'
import { closeSync, openSync, readdirSync, readSync, statfsSync, statSync, type BigIntStats } from 'node:fs'
import { LayerRotationError } from '../../errors.js'
import { isReadFailure, problemOf, readFailed } from '../../files/reading.js'
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
 * @throws {LayerRotationError} READ_FAILED; INVALID_FILE if it is no folder, or holds a name that is not UTF-8
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

/** Returns the status of a file or folder; for a link, that of its target. */
export function status(path: string): BigIntStats {
  return seeing(path, () => statSync(path, { bigint: true }))
}

/** Returns the number of the type of the file system that holds a file, as statfs(2) gives it. */
export function fileSystemOf(path: string): number {
  return seeing(path, () => statfsSync(path).type)
}

/** Returns the first bytes of a regular file, at most `bytes`. */
export function beginningOf(path: string, bytes: number): Buffer {
  return seeing(path, () => {
    const file = openSync(path, 'r')
    try {
      const start = Buffer.alloc(bytes)
      return start.subarray(0, readSync(file, start))
    } finally {
      closeSync(file)
    }
  })
}

function seeing<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (isReadFailure(cause)) throw readFailed(path, cause)
    throw new LayerRotationError('INVALID_FILE', `${path} cannot be read: ${problemOf(cause)}`, { cause })
  }
}
