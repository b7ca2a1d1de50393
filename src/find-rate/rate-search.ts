import type { Suggestions } from './suggestions.js'

/** How a search ended. */
export type SearchEnd =
  /** All steps were made. */
  | 'finished'
  /** The smoothed loss exceeded four times its least value. */
  | 'lossRose'
  /** The loss, a weight or a running statistic became NaN or infinite. */
  | 'diverged'

/** A search of a learning rate: what each step of its training measured. */
export interface RateSearch {
  /** The experiment's name. */
  experiment: string
  seed: number
  /** 'cpu' or 'cuda:N' */
  device: string
  /** Steps that were planned. */
  planned: number
  end: SearchEnd
  /** The learning rate of each step that was made, before multipliers: [steps]. */
  rates: Float64Array
  /** Mean loss of the step's batch, in training mode, before its update: [steps]. */
  losses: Float64Array
  /** Exponential means of the losses so far: [steps]. */
  smoothedLosses: Float64Array
  /** Names of the monitored layers in forward order. */
  layers: string[]
  /** [steps][layers], row-major: the angle between the weights before and after the step, 0 … π. */
  angles: Float64Array
  /** [steps][layers], row-major: the cosine distance to the initial weights after the step, 0 … 2. */
  rotations: Float64Array
  suggestions: Suggestions
  /** The path of the experiment's number that a suggestion is for, such as learningRate.initial; null if it has none. */
  setting: string | null
}
