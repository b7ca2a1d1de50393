import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { changes } from '../experiment/changes.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { holderOf, lastBeat } from '../lock/lock.js'
import { isAlive } from '../lock/process-identity.js'
import { layout } from '../run/layout.js'
import { readRunHead, type TrainedRun } from '../run/open-run.js'
import { isLeftBehind } from '../run/left-behind.js'
import { runFolder, type LedgerPoint } from './ledger.js'

/** What a run's folder tells without its measurements. */
export type RunHead = Pick<TrainedRun, 'config' | 'environment' | 'status'>

/** The state of a point's run. */
export type PointState =
  /** Nothing is recorded; `isBegun` if a process was killed, or is about to write, after it made the folder. */
  { state: 'new'; isBegun: boolean } | { state: 'running' | 'interrupted' | 'failed' | 'finished'; head: RunHead }

/**
 * Tells how far a point's run is, from its folder. It is `running` while a process holds its lock.
 *
 * @param study the study's folder
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE, also for the run of another experiment
 */
export async function pointState(
  study: string,
  point: Pick<LedgerPoint, 'folder' | 'experiment'>,
): Promise<PointState> {
  const folder = runFolder(study, point)
  const found = await runState(folder)
  if (found.state !== 'new') requireExperiment(found.head.config, point.experiment, folder)
  return found
}

/** Tells the same of any run. @param folder the run's folder */
export async function runState(folder: string): Promise<PointState> {
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

/** The most differences that an error names. */
const namedChanges = 3

/** Refuses the run of another experiment, such as one that was copied here. */
function requireExperiment(found: ExperimentConfig, expected: ExperimentConfig, folder: string): void {
  const differences = changes(expected, found).filter(({ path }) => path !== 'name')
  if (differences.length === 0) return
  const named = differences.slice(0, namedChanges).map(({ path, from, to }) => `${path} is ${to} in place of ${from}`)
  const message = `${folder} holds another experiment than its study expects there: ${named.join(', ')}`
  throw new LayerRotationError('INVALID_FILE', message)
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
