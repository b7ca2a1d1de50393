import { pairedDifference } from './paired-difference.js'
import type { Prediction } from './claim.js'
import type { PaperRun } from './paper-runs.js'

/** The runs of a training, by seed. */
type Runs = ReadonlyMap<number, PaperRun>

type Measure = (run: PaperRun) => number

/** The difference in test accuracy: that of `runs` less that of `others`, by seed. */
export const accuracyGain = (effect: string, runs: Runs, others: Runs): Prediction => ({
  effect,
  unit: 'points',
  estimate: pairedDifference(differences(runs, others, accuracyOf)),
})

/** The difference in mean rotation, at the end if `measure` does not say otherwise. */
export const rotationGain = (effect: string, runs: Runs, others: Runs, measure: Measure = rotationOf): Prediction => ({
  effect,
  unit: 'rotation',
  estimate: pairedDifference(differences(runs, others, measure)),
})

/** The test accuracy less the mean of two others: above 0 if more than half of the way from `low` to `high` is made. */
export const beyondHalfway = (effect: string, runs: Runs, low: Runs, high: Runs): Prediction => ({
  effect,
  unit: 'points',
  estimate: pairedDifference(
    sharedSeeds(runs, low, high).map(
      (seed) => accuracyOf(runs.get(seed)!) - (accuracyOf(low.get(seed)!) + accuracyOf(high.get(seed)!)) / 2,
    ),
  ),
})

/** The differences of a measure for the seeds that both have. */
const differences = (runs: Runs, others: Runs, measure: Measure): number[] =>
  sharedSeeds(runs, others).map((seed) => measure(runs.get(seed)!) - measure(others.get(seed)!))

export const sharedSeeds = (runs: Runs, ...others: Runs[]): number[] =>
  [...runs.keys()].filter((seed) => others.every((other) => other.has(seed)))

export const accuracyOf: Measure = ({ testAccuracy }) => testAccuracy
const rotationOf: Measure = ({ meanRotation }) => meanRotation
