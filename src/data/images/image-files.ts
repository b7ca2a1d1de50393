import { readdirSync, statSync, type Stats } from 'node:fs'
import { LayerRotationError } from '../../errors.js'
import { byCodePoint, type ImageFile } from './image-list.js'

/** @throws {LayerRotationError} INVALID_FILE for what is no file: opening a pipe would wait for its writer */
export function imageFile(path: string, label: number, found: Stats): ImageFile {
  if (!found.isFile()) throw new LayerRotationError('INVALID_FILE', `${path} is no file`)
  const { size, mtimeMs } = found
  return { path, label, size, mtimeMs }
}

/** Of files and folders, in order. */
export function visibleNames(folder: string): string[] {
  return byCodePoint(seeing(folder, () => readdirSync(folder)).filter((name) => !name.startsWith('.')))
}

/** Of what a link leads to. */
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
