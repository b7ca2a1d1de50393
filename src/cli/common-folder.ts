import path from 'node:path'
import { LayerRotationError } from '../errors.js'

/**
 * The deepest folder that holds all of these folders; a single folder is its own.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if that is the root, where no report belongs
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
    `the runs have only the folder ${common} in common; name the folder for the report with --output`,
  )
}

/** Only the path of the root ends with a separator. */
function holds(folder: string, inner: string): boolean {
  return inner === folder || inner.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep)
}
