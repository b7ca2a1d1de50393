import type { AxisValue } from '../study/study-config.js'
import type { TurningScore } from './score.js'
import type { PredictedTurning } from './turning.js'

/** A layer in a candidate's short run. */
export interface CandidateLayer extends PredictedTurning {
  seed: number
  /** True if the layer is one of those that the score looks at. */
  isMiddle: boolean
}

/** A candidate and what its short runs tell. */
export interface Candidate {
  value: AxisValue
  /** Why it cannot be proposed; null if it can. */
  failure: string | null
  /** All layers that have a rotation, in forward order, of one seed after the other; empty if it cannot be proposed. */
  layers: CandidateLayer[]
  /** The score of its middle layers; null if it cannot be proposed. */
  score: TurningScore | null
  /** The training loss over the last epoch, the mean over the seeds; null if a run failed or stayed at guessing. */
  trainLoss: number | null
}

/** A candidate that can be proposed. */
export interface ScoredCandidate extends Candidate {
  failure: null
  score: TurningScore
}

/** The layers of a candidate that the score looks at. */
export const scoredLayers = ({ layers }: Pick<Candidate, 'layers'>): CandidateLayer[] =>
  layers.filter(({ isMiddle }) => isMiddle)

export const isScored = (candidate: Candidate): candidate is ScoredCandidate => candidate.score !== null

/** The candidate whose layers miss the target least, the first of equal ones; undefined if all failed. */
export function bestOf(candidates: readonly Candidate[]): ScoredCandidate | undefined {
  return candidates
    .filter(isScored)
    .reduce<ScoredCandidate | undefined>(
      (best, one) => (best === undefined || one.score.miss < best.score.miss ? one : best),
      undefined,
    )
}
