import { LayerRotationError } from '../errors.js'
import { changes } from '../experiment/changes.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { runState, type RunState } from '../run/run-state.js'
import { runFolder, type LedgerPoint } from './ledger.js'

/**
 * Tells how far a point's run is, from its folder. It is `running` while a process holds its lock.
 *
 * @param study the study's folder
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE, also for the run of another experiment
 */
export async function pointState(study: string, point: Pick<LedgerPoint, 'folder' | 'experiment'>): Promise<RunState> {
  const folder = runFolder(study, point)
  const found = await runState(folder)
  if (found.state !== 'new') requireExperiment(found.head.config, point.experiment, folder)
  return found
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
