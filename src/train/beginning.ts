import type { EpochMetrics } from '../run/metrics.js'
import type { RunPosition } from '../run/position.js'
import type { TrainingSnapshot } from '../run/training-checkpoint.js'

/** The point from which a training continues. */
export interface TrainingBeginning extends Pick<TrainingSnapshot, 'position' | 'seconds' | 'part' | 'logged'> {
  /** The best epoch so far. */
  best: EpochMetrics | undefined
  /** Position from which the average of the weights, if there is one, takes steps. */
  averagedFrom: RunPosition
}

/** The beginning of a new training. */
export const firstStep: TrainingBeginning = {
  position: { epoch: 0, step: 0 },
  seconds: 0,
  part: undefined,
  logged: [],
  best: undefined,
  averagedFrom: { epoch: 0, step: 0 },
}
