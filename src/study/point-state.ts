import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { holderOf, lastBeat } from '../lock/lock.js'
import { isAlive } from '../lock/process-identity.js'
import { layout } from '../run/layout.js'
import { readRunHead, type Run } from '../run/open-run.js'

/** What a run's folder tells without its measurements. */
export type RunHead = Pick<Run, 'config' | 'environment' | 'status'>

/** The state of a point's run. */
export type PointState =
  /** Nothing is recorded; `isBegun` if a process was killed, or is about to write, after it made the folder. */
  { state: 'new'; isBegun: boolean } | { state: 'running' | 'interrupted' | 'failed' | 'finished'; head: RunHead }

/**
 * Tells how far a point's run is, from its folder. It is `running` while a process holds its lock.
 *
 * @param folder the run's folder
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED
 */
export async function pointState(folder: string): Promise<PointState> {
  const names = await reading(folder, () => ifPresent(() => readdir(folder)))
  if (names === undefined) return { state: 'new', isBegun: false }
  try {
    const { status, config, environment } = await readRunHead(folder)
    const head = { status, config, environment }
    if (status.status !== 'running') return { state: status.status, head }
    return { state: (await isHeld(folder)) ? 'running' : 'interrupted', head }
  } catch (error) {
    // The measurements come after the files that are read here.
    const isMissing = error instanceof LayerRotationError && error.code === 'MISSING_FILE'
    if (isMissing && !names.includes(layout.metrics)) return { state: 'new', isBegun: true }
    throw error
  }
}

/**
 * Milliseconds without a sign of life after which a process on another machine counts as lost. The clocks of the machines may
 * differ; whoever takes the lock does not rely on them.
 */
const lost = 120_000

async function isHeld(folder: string): Promise<boolean> {
  const holder = await holderOf(join(folder, layout.lock))
  if (holder === undefined) return false
  const alive = holder.process === undefined || isAlive(holder.process)
  return alive ?? Date.now() - ((await lastBeat(holder.file)) ?? 0) < lost
}
