import { mean } from '../rotation/mean.js'
import { openTrainedRun } from '../run/open-run.js'
import { runFolder, type LedgerPoint } from '../study/ledger.js'
import type { AxisValue } from '../study/study-config.js'
import { scoredLayers, type Candidate, type CandidateLayer } from './candidate.js'
import { lossOfGuessing } from './guessing.js'
import { middleLayers } from './middle-layers.js'
import { scoreOf } from './score.js'
import { predictTurning } from './turning.js'

/** The part of the loss of guessing that training has to come below. */
const guessing = 0.98

export interface CandidateRuns {
  /** The study's folder. */
  study: string
  value: AxisValue
  /** The points of its seeds. */
  points: readonly LedgerPoint[]
  /** Why runs of points failed, by the names of their folders. */
  failures: ReadonlyMap<string, string>
}

/**
 * Measures a candidate by the records of its short runs: rotation and training loss, and no image that validates or tests.
 *
 * @param share epochs of the short runs divided by those of the whole
 * @param target the turning at which the middle layers should be
 * @throws {LayerRotationError} the errors of `openTrainedRun`
 */
export async function measureCandidate(
  { study, value, points, failures }: CandidateRuns,
  share: number,
  target: number,
): Promise<Candidate> {
  const layers: CandidateLayer[] = []
  const losses: number[] = []
  const failed = (failure: string): Candidate => ({ value, failure, layers: [], score: null, trainLoss: null })
  for (const point of points) {
    const reason = failures.get(point.folder)
    if (reason !== undefined) return failed(reason)
    const { metrics, rotation } = await openTrainedRun(runFolder(study, point))
    const loss = metrics.at(-1)?.trainLoss ?? NaN
    const limit = guessing * lossOfGuessing(point.experiment)
    if (!(loss < limit)) return failed(`it does not train: the training loss is ${loss.toFixed(3)}, that of guessing`)
    losses.push(loss)
    const middle = new Set(middleLayers(rotation.layers))
    const rates = metrics.map(({ learningRate }) => learningRate)
    for (const turning of predictTurning(rotation, rates, share)) {
      layers.push({ ...turning, seed: point.experiment.seed, isMiddle: middle.has(turning.layer) })
    }
  }
  const turnings = scoredLayers({ layers }).map(({ turning }) => turning)
  if (turnings.length === 0) return failed('no middle layer turns')
  return { value, failure: null, layers, score: scoreOf(turnings, target), trainLoss: mean(losses) }
}
