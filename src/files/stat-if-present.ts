import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { ifPresent } from './if-present.js'
import { reading } from './reading.js'

/**
 * Returns the status of what has a path, behind links too; undefined if nothing has it.
 *
 * @throws {LayerRotationError} READ_FAILED if the system does not tell; MISSING_FILE or INVALID_FILE if a part of the path is
 *   no folder or the path is not possible
 */
export const statIfPresent = (path: string): Promise<Stats | undefined> =>
  reading(path, () => ifPresent(() => stat(path)))
