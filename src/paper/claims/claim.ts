import type { Estimate } from './estimate.js'
import type { TaskRuns } from './paper-runs.js'

/** A claim of the paper as effects that have to be above 0. */
export interface Claim {
  /** A short name for programs. */
  name: string
  statement: string
  /** The experiments whose runs it needs. */
  experiments: readonly string[]
  /** The fewest tasks in which it has to be tested; by default one. */
  leastTasks?: number
  /** Predicts effects of the runs of a task; none if the task has none of the claim's experiments. */
  predict: (runs: TaskRuns) => Prediction[] | Promise<Prediction[]>
}

/** An effect that a claim predicts to be above 0. */
export interface Prediction {
  effect: string
  /** Accuracies are compared in points, a hundredth each. */
  unit: 'points' | 'rotation' | 'rank correlation'
  /** null if runs are missing. */
  estimate: Estimate | null
}
