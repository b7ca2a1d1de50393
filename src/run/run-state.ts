import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { holderOf, lastBeat } from '../lock/lock.js'
import { isAlive } from '../lock/process-identity.js'
import { layout } from './layout.js'
import { isLeftBehind } from './left-behind.js'
import { readRunHead, type TrainedRun } from './open-run.js'

/** The contents of a run's folder without its measurements. */
export type RunHead = Pick<TrainedRun, 'config' | 'environment' | 'status'>

/** The state of a run. */
export type RunState =
  /** Nothing is recorded; `isBegun` if a process was killed, or is about to write, after it made the folder. */
  { state: 'new'; isBegun: boolean } | { state: 'running' | 'interrupted' | 'failed' | 'finished'; head: RunHead }

/**
 * Tells how far a run is, from its folder. It is `running` while a process holds its lock.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE
 */
export async function runState(folder: string): Promise<RunState> {
  if (!(await isThere(folder))) return { state: 'new', isBegun: false }
  try {
    const { status, config, environment } = await readRunHead(folder)
    const head = { status, config, environment }
    if (status.status !== 'running') return { state: status.status, head }
    return { state: (await isHeld(folder)) ? 'running' : 'interrupted', head }
  } catch (error) {
    // The measurements come after the files that are read here.
    const isMissing = error instanceof LayerRotationError && error.code === 'MISSING_FILE'
    if (isMissing && (await isLeftBehind(folder))) return { state: 'new', isBegun: true }
    throw error
  }
}

/** Tells whether a folder is there; what is no folder, or a link to nothing, is no place for a run. */
async function isThere(folder: string): Promise<boolean> {
  const found = await statIfPresent(folder)
  const refuse = (problem: string) => new LayerRotationError('INVALID_FILE', `${folder} ${problem}`)
  if (found?.isDirectory() === false) throw refuse('is no folder; expected that of a run: move it away')
  if (found !== undefined) return reading(folder, () => readdir(folder)).then(() => true)
  if ((await reading(folder, () => ifPresent(() => lstat(folder)))) === undefined) return false
  throw refuse('is a link to what does not exist; bring that back, or remove the link')
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
