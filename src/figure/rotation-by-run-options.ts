// A file of its own: the types of the package's users must not need those of Vega, which need a browser's.

/** Published points of a curve, drawn in the colour of `run`. */
export interface PublishedCurve {
  /** Index of the run that repeats the curve, in the list of runs. */
  run: number
  points: readonly { epoch: number; rotation: number }[]
}

export interface RotationByRunOptions {
  /** The layer whose rotation is drawn; by default the mean over all layers. */
  layer?: string
  /** Curves that are drawn as open circles. */
  published?: readonly PublishedCurve[]
}
