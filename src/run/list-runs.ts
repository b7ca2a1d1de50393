import { basename, resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { requirePath } from '../validation/path.js'
import { overridesOf } from './environment.js'
import { lastTested } from './metrics.js'
import { openRun, readMeasurements } from './open-run.js'
import { isPyTorchRun } from './pytorch-run.js'
import { runFolders } from './run-folders.js'
import { runState } from './run-state.js'

/** A run in a list: its state and its last numbers. */
export interface RunSummary {
  /** The absolute path of its folder. */
  folder: string
  /** The name of its experiment; of a training in PyTorch, and where the experiment cannot be read, that of its folder. */
  name: string
  /** `running` while its process lives; `unreadable` if a file of the folder is missing, damaged or cannot be read. */
  state: 'running' | 'finished' | 'interrupted' | 'failed' | 'unreadable'
  /** Epochs done; null where they are not counted. */
  epoch: number | null
  /** Epochs of the experiment; null for a training in PyTorch. */
  epochs: number | null
  /** Test accuracy after the last epoch that measured it, 0 … 1; null if none did. */
  testAccuracy: number | null
  /** Mean rotation of the layers, 0 … 2, when it was last measured; null if it never was. */
  rotation: number | null
  /** Start of the run: ISO 8601, UTC; null if it is unreadable. */
  startedAt: string | null
  /** The tags of its experiment. */
  tags: readonly string[]
  /** The changes of the experiment on the command line, `path=value` each, those of resumptions last; none for a program's. */
  overrides: readonly string[]
  /** The reason of an interruption or a failure, or the problem of a folder that is unreadable. */
  reason?: string
}

/**
 * Lists the runs in a folder and the folders below it, the newest first, then those that cannot be read. Links and folders
 * whose names begin with a point are passed over. A folder of a run is looked into no further.
 *
 * @param folder its path, not empty: '.' is the working folder; it may be a run itself
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE if the folder itself cannot be read; INVALID_CONFIG
 *   for what is no path
 */
export async function listRuns(folder: string): Promise<RunSummary[]> {
  requirePath(folder, 'listRuns', 'folder')
  const runs: RunSummary[] = []
  for await (const { folder: path, problem } of runFolders(resolve(folder))) {
    runs.push(problem === undefined ? await unlessUnreadable(path, () => summary(path)) : unreadable(path, problem))
  }
  return runs.sort(newestFirst)
}

function newestFirst(a: RunSummary, b: RunSummary): number {
  const [one, other] = [a.startedAt ?? '', b.startedAt ?? '']
  if (one !== other) return one < other ? 1 : -1
  return a.folder < b.folder ? -1 : 1
}

async function unlessUnreadable(folder: string, read: () => Promise<RunSummary>): Promise<RunSummary> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    return unreadable(folder, error)
  }
}

const unreadable = (folder: string, { message }: LayerRotationError): RunSummary => ({
  folder,
  name: basename(folder),
  state: 'unreadable',
  ...{ epoch: null, epochs: null, testAccuracy: null, rotation: null, startedAt: null, tags: [], overrides: [] },
  reason: message,
})

async function summary(folder: string): Promise<RunSummary> {
  if (await isPyTorchRun(folder)) return pytorchSummary(folder)
  const found = await runState(folder)
  if (found.state === 'new') {
    const message = `${folder} holds no more than the beginning of a run, whose process has ended`
    throw new LayerRotationError('MISSING_FILE', message)
  }
  const { config, status, environment } = found.head
  const { metrics, rotation } = await readMeasurements(folder, { config, status })
  return {
    folder,
    name: config.name,
    state: found.state,
    epoch: status.epoch,
    epochs: config.epochs,
    testAccuracy: lastTested(metrics)?.testAccuracy ?? null,
    rotation: lastOf(rotation.mean()),
    startedAt: status.startedAt,
    tags: config.tags,
    overrides: overridesOf(environment),
    ...(status.reason !== undefined && { reason: status.reason }),
  }
}

async function pytorchSummary(folder: string): Promise<RunSummary> {
  const { status, stale, rotation } = await openRun(folder)
  return {
    folder,
    name: basename(folder),
    state: stale ? 'interrupted' : status.status,
    epoch: rotation.unit === 'epoch' ? (rotation.epochs.at(-1) ?? 0) : null,
    epochs: null,
    testAccuracy: null,
    rotation: lastOf(rotation.mean()),
    startedAt: status.startedAt,
    ...{ tags: [], overrides: [] },
    ...(status.reason !== undefined && { reason: status.reason }),
  }
}

/** The last value; null if there is none or it is NaN. */
function lastOf(values: ArrayLike<number> & { at(index: number): number | undefined }): number | null {
  const last = values.at(-1)
  return last === undefined || Number.isNaN(last) ? null : last
}
