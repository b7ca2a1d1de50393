import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { readRunHead, type Run } from './open-run.js'

/** Orders the names of runs, which begin with their time; of one second and label, `-2` is before `-10`. */
const byTime = new Intl.Collator('en', { numeric: true })

/**
 * Yields the folders of the runs that are not finished, the newest first, from a folder of runs. A process may be writing
 * them: only a lock tells.
 *
 * @param wanted tells whether a run is eligible
 * @throws {LayerRotationError} READ_FAILED: a run that cannot be read now is not passed over
 */
export async function* unfinishedRuns(
  folder: string,
  wanted: (run: Pick<Run, 'config'>) => boolean,
): AsyncGenerator<string> {
  const names = (await reading(folder, () => ifPresent(() => readdir(folder)))) ?? []
  for (const name of names.sort(byTime.compare).reverse()) {
    const path = join(folder, name)
    const run = await readRunHead(path).catch((error: unknown) => {
      // The folder is not a run, or its process ended before all files were written.
      if (error instanceof LayerRotationError && error.code !== 'READ_FAILED') return undefined
      throw error
    })
    if (run === undefined || run.environment.data === null) continue
    if (run.status.status !== 'finished' && wanted(run)) yield path
  }
}
