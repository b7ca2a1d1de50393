import { changes, type Change } from '../experiment/changes.js'
import { requirePath } from '../validation/path.js'
import type { RunEnvironment } from './environment.js'
import { openTrainedRun, type TrainedRun } from './open-run.js'

/** Two runs and what differs between them. */
export interface RunComparison {
  runs: readonly [TrainedRun, TrainedRun]
  /** The innermost values by which their experiments differ, of the keys that decide their numbers. */
  settings: Change[]
  /** The values by which their software, hardware and data differ. */
  environment: Change[]
}

/** The parts of an environment that say where a run's numbers come from; a device's index and a run's times do not. */
const compared = [
  'layerRotation',
  'node',
  'libtorch',
  'device',
  'deviceDescription',
  'platform',
  'cpu',
  'threads',
  'commit',
  'dirty',
  'data',
] as const satisfies readonly (keyof RunEnvironment)[]

/**
 * Compares two runs that this package trained, which may still be running.
 *
 * @param one the folder of the first run, not empty
 * @param other the folder of the second one
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE, also for a training in PyTorch; INVALID_CONFIG for what
 *   is no path
 */
export async function compareRuns(one: string, other: string): Promise<RunComparison> {
  requirePath(one, 'compareRuns', 'one')
  requirePath(other, 'compareRuns', 'other')
  const runs = [await openTrainedRun(one), await openTrainedRun(other)] as const
  const [first, second] = runs
  return {
    runs,
    settings: changes(first.config, second.config),
    environment: compared.flatMap((key) => {
      const [from, to] = [first.environment[key], second.environment[key]]
      return from === to ? [] : [{ path: key, from: text(from), to: text(to) }]
    }),
  }
}

const text = (value: string | number | boolean | null | undefined): string =>
  value === null || value === undefined ? 'unknown' : String(value)
