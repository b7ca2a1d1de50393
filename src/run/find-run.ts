import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { isAlive } from '../lock/process-identity.js'
import { layout } from './layout.js'
import { isLocked } from './lock.js'
import { readRunHead, type Run } from './open-run.js'

/**
 * Finds the newest run in a folder of runs that is neither finished nor running. If the newest of all is finished but has no
 * report, as its process was killed while drawing it, it counts as unfinished.
 *
 * @param wanted tells whether a run is eligible
 * @returns the run's folder; undefined if there is none
 */
export async function newestUnfinished(
  folder: string,
  wanted: (run: Pick<Run, 'config'>) => boolean,
): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => [])
  let hasNewer = false
  for (const name of names.sort().reverse()) {
    const path = join(folder, name)
    const run = await readRunHead(path).catch((error: unknown) => {
      // The folder is not a run, or its process ended before all files were written.
      if (error instanceof LayerRotationError) return undefined
      throw error
    })
    if (run === undefined || run.environment.data === null || !wanted(run)) continue
    const isFinished = run.status.status === 'finished' && (hasNewer || (await isReported(path, run)))
    hasNewer = true
    if (!isFinished && !(await isLocked(path))) return path
  }
  return undefined
}

/** Tells whether a finished run has its report, or has a process that may still be drawing it. */
async function isReported(folder: string, { status }: Pick<Run, 'status'>): Promise<boolean> {
  if (isAlive(status) === true) return true
  try {
    await access(join(folder, layout.report))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return false
  }
}
