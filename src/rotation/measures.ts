/**
 * What is measured of a layer after a step, as the columns of layers.csv and steps/*.parquet are called; in their order.
 * w are the layer's weights before the step, Δw is the step.
 */
export const measures = [
  /** Cosine distance to the initial weights, 0 … 2. */
  'rotation',
  /** Between the weights before and after the step, in radians, 0 … π. */
  'angle',
  /** Euclidean norm of the weights after the step. */
  'norm',
  /** Euclidean norm of the loss's gradient, without weight decay; NaN where the layer is frozen. */
  'gradient_norm',
  /** The step's part along the weights, ⟨Δw, w⟩/|w|: negative where it shortens them. */
  'radial',
  /** Euclidean norm of the rest of the step. */
  'tangential',
  /** The layer's learning rate in this step, its own factor included. */
  'rate',
  /** rate/|w|² (van Laarhoven, arXiv 1706.05350): what the rate comes to where only the direction of w matters. */
  'effective_rate',
] as const

export type Measure = (typeof measures)[number]

/** The column of the cosine distance, 0 … 2, to a reference of `record.references`. */
export const referenceColumn = (reference: string): string => `rotation_from_${reference}`

/**
 * With `record.neurons`: the smallest value, the quartiles and the largest value over a layer's neurons, each a vector of
 * its own: neuron_rotation_q0, _q25, _q50, _q75, _q100, and neuron_angle_… in radians.
 */
export const neuronColumns = (measure: 'rotation' | 'angle'): string[] =>
  [0, 25, 50, 75, 100].map((percent) => `neuron_${measure}_q${percent}`)
