import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { isLocked } from './lock.js'
import { readRunHead, type Run } from './open-run.js'

/**
 * The newest run in a folder of runs that could be resumed: neither finished nor running.
 *
 * @param wanted whether a run is one of those
 * @returns its folder; undefined where there is none
 */
export async function newestUnfinished(
  folder: string,
  wanted: (run: Pick<Run, 'config'>) => boolean,
): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.sort().reverse()) {
    const path = join(folder, name)
    const run = await readRunHead(path).catch((error: unknown) => {
      // Of another kind, or ended before it was whole.
      if (error instanceof LayerRotationError) return undefined
      throw error
    })
    if (run === undefined || run.environment.data === undefined) continue
    if (run.status.status !== 'finished' && wanted(run) && !(await isLocked(path))) return path
  }
  return undefined
}
