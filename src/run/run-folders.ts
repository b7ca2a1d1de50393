import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'
import { layout } from './layout.js'

/** The folder of a run, or one that cannot be looked into. */
export interface FoundFolder {
  folder: string
  problem?: LayerRotationError
}

/** The deepest folder that is looked into; runs/<name>/<time> lies two below the one that is named. */
const deepest = 8

/**
 * Yields the folders of the runs in a folder and below it, or the folder itself if it is one. Links and folders whose names begin
 * with a point are passed over. A folder of a run is looked into no further.
 *
 * @param levels the number of levels of folders to look into
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE if the folder itself cannot be read
 */
export async function* runFolders(folder: string, levels: number = deepest): AsyncGenerator<FoundFolder> {
  const entries = await reading(folder, () => readdir(folder, { withFileTypes: true }), 'a folder of runs')
  if (isRun(entries)) yield { folder }
  else if (levels > 0) {
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const below = join(folder, entry.name)
      try {
        yield* runFolders(below, levels - 1)
      } catch (error) {
        if (!(error instanceof LayerRotationError)) throw error
        yield { folder: below, problem: error }
      }
    }
  }
}

function isRun(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name))
  return names.has(layout.status) && (names.has(layout.config) || names.has(layout.pytorch))
}
