import { readdirSync, statSync, type Stats } from 'node:fs'
import { LayerRotationError } from '../../errors.js'
import { byCodePoint, type ImageFile } from './image-list.js'

/** @throws {LayerRotationError} INVALID_FILE for anything but a regular file: opening a pipe would wait for its writer */
export function imageFile(path: string, label: number, found: Stats): ImageFile {
  if (!found.isFile())
    throw new LayerRotationError('INVALID_FILE', `${path} is not a regular file; expected an image file`)
  const { size, mtimeMs } = found
  return { path, label, size, mtimeMs }
}

/** Returns the names of the files and folders in a folder, in order, without hidden ones. */
export function visibleNames(folder: string): string[] {
  return byCodePoint(seeing(folder, () => readdirSync(folder)).filter((name) => !name.startsWith('.')))
}

/** Returns the status of a file or folder; for a link, that of its target. */
export function status(path: string): Stats {
  return seeing(path, () => statSync(path))
}

function seeing<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    throw new LayerRotationError('INVALID_FILE', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
