import path from 'node:path'
import { LayerRotationError } from '../errors.js'

/**
 * The deepest folder that holds all of these, which is the only one itself.
 *
 * @throws {LayerRotationError} INVALID_CONFIG where that is the root, which nobody means
 */
export function commonFolder(folders: readonly string[]): string {
  const common = folders
    .map((folder) => path.resolve(folder))
    .reduce((shared, folder) => {
      while (!holds(shared, folder)) shared = path.dirname(shared)
      return shared
    })
  if (path.dirname(common) !== common) return common
  throw new LayerRotationError(
    'INVALID_CONFIG',
    `no folder but ${common} holds all of these runs; say with --output where the report is to go`,
  )
}

/** Of the root alone the path ends with a separator itself. */
function holds(folder: string, inner: string): boolean {
  return inner === folder || inner.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep)
}
