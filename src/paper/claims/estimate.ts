/** An effect that was estimated from runs. A claim predicts that it is above 0. */
export interface Estimate {
  value: number
  /** The ends of the 95 % confidence interval; null if there are too few numbers for one. */
  interval: readonly [low: number, high: number] | null
  /** The two-sided p-value of the hypothesis that the effect is 0; null if there are too few numbers. */
  p: number | null
  /** The number of samples: of seeds, or of settings whose seeds were averaged. */
  n: number
  samples: 'seeds' | 'settings'
}

/** The share of repeated experiments whose interval holds the effect. */
export const confidence = 0.95

/** The largest p-value, after correction, at which an effect counts as found. */
export const significance = 1 - confidence
