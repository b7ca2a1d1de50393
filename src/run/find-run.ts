import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { isAlive } from '../lock/process-identity.js'
import { layout } from './layout.js'
import { readRunHead, type TrainedRun } from './open-run.js'

/** Orders the names of runs, which begin with their time; of one second and label, `-2` is before `-10`. */
const byTime = new Intl.Collator('en', { numeric: true })

/** Tells whether a run is eligible. */
type Wanted = (run: Pick<TrainedRun, 'config'>) => boolean

/**
 * Yields the folders of the runs that are not finished, the newest first, from a folder of runs. A process may be writing
 * them: only a lock tells.
 *
 * @throws {LayerRotationError} READ_FAILED: a run that cannot be read now is not passed over
 */
export async function* unfinishedRuns(folder: string, wanted: Wanted): AsyncGenerator<string> {
  for await (const { path, status } of runsIn(folder, wanted)) if (status.status !== 'finished') yield path
}

/**
 * Returns the newest run if it is finished but has no report, because its process was killed while drawing it.
 *
 * @throws {LayerRotationError} READ_FAILED
 */
export async function newestWithoutReport(folder: string, wanted: Wanted): Promise<string | undefined> {
  for await (const { path, status } of runsIn(folder, wanted)) {
    // A process that lives may still be drawing it.
    if (status.status !== 'finished' || isAlive(status) === true) return undefined
    const report = join(path, layout.report)
    return (await statIfPresent(report)) === undefined ? path : undefined
  }
  return undefined
}

async function* runsIn(folder: string, wanted: Wanted): AsyncGenerator<Pick<TrainedRun, 'status'> & { path: string }> {
  const names = (await reading(folder, () => ifPresent(() => readdir(folder)))) ?? []
  for (const name of names.sort(byTime.compare).reverse()) {
    const path = join(folder, name)
    const run = await readRunHead(path).catch((error: unknown) => {
      // The folder is not a run, or its process ended before all files were written.
      if (error instanceof LayerRotationError && error.code !== 'READ_FAILED') return undefined
      throw error
    })
    if (run === undefined || run.environment.data === null || !wanted(run)) continue
    yield { path, status: run.status }
  }
}
