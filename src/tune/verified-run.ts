import { knownMean } from '../rotation/mean.js'
import { openTrainedRun } from '../run/open-run.js'
import { runFolder, type LedgerPoint } from '../study/ledger.js'
import type { AxisValue } from '../study/study-config.js'
import { middleLayers } from './middle-layers.js'

/** A whole run that verifies a proposal: its numbers at the end, null if it failed or nothing is measured. */
export interface VerifiedRun {
  value: AxisValue
  seed: number
  /** The name of the run's folder within that of the tuning. */
  run: string
  /** Why it failed; null if it did not. */
  failure: string | null
  /** The mean rotation of the middle layers, 0 … 2. */
  rotation: number | null
  trainLoss: number | null
  /** Accuracy on the validation split, 0 … 1. */
  valAccuracy: number | null
  /** Accuracy on the test images, 0 … 1. */
  testAccuracy: number | null
}

/** Reads a whole run. @throws {LayerRotationError} the errors of `openTrainedRun` */
export async function verifiedRun(
  study: string,
  point: LedgerPoint,
  setting: string,
  failures: ReadonlyMap<string, string>,
): Promise<VerifiedRun> {
  const { folder, values, experiment } = point
  const run = { value: values[setting]!, seed: experiment.seed, run: folder }
  const failure = failures.get(folder)
  if (failure !== undefined) {
    return { ...run, failure, rotation: null, trainLoss: null, valAccuracy: null, testAccuracy: null }
  }
  const { metrics, rotation } = await openTrainedRun(runFolder(study, point))
  const last = metrics.at(-1)
  const middle = knownMean(middleLayers(rotation.layers).map((layer) => rotation.layer(layer).at(-1) ?? NaN))
  return {
    ...run,
    failure: null,
    rotation: middle.known === 0 ? null : middle.mean,
    trainLoss: last?.trainLoss ?? null,
    valAccuracy: last?.valAccuracy ?? null,
    testAccuracy: last?.testAccuracy ?? null,
  }
}
