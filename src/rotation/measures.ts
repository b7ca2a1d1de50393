import type { CellRange } from './csv.js'

/** A column of layers.csv and of steps/*.parquet: a quantity that is recorded of each layer after a step. */
interface Column {
  name: string
  unit: string
  meaning: string
}

/**
 * Everything that is recorded of a layer after a step, in the order of the columns. w are the layer's weights before the
 * step and Δw is the step. native/rotation/step_record.h computes all but the rate and the loss, under the same names; the
 * table in docs/recorded-columns.md is this list.
 */
export const measures = [
  { name: 'rotation', unit: '1', meaning: 'cosine distance to the initial weights, 0 … 2; NaN if those are 0' },
  { name: 'angle', unit: 'rad', meaning: 'angle between the weights before and after the step, 0 … π' },
  { name: 'norm', unit: 'weight', meaning: 'Euclidean norm of the weights after the step' },
  {
    name: 'gradient_norm',
    unit: 'loss / weight',
    meaning: "Euclidean norm of the loss's gradient, without weight decay; NaN for a frozen layer",
  },
  {
    name: 'radial',
    unit: 'weight',
    meaning: 'part of the step along the weights, ⟨Δw, w⟩/‖w‖; negative if it shortens them',
  },
  { name: 'tangential', unit: 'weight', meaning: 'Euclidean norm of the rest of the step' },
  {
    name: 'rate',
    unit: 'rate',
    meaning: "the layer's learning rate in this step, its own factor included; 0 for a frozen layer",
  },
  {
    name: 'effective_rate',
    unit: 'rate / weight²',
    meaning: 'rate/‖w‖², the effective learning rate if only the direction of w matters (arXiv 1706.05350)',
  },
  {
    name: 'loss',
    unit: 'loss',
    meaning: "mean loss of the step's batch in training mode, before the step; the same for all layers",
  },
] as const satisfies readonly Column[]

export type Measure = (typeof measures)[number]['name']

/** The measures of the layers themselves, without the learning rate, which the schedule prescribes, and the loss. */
export type AddonMeasure = Exclude<Measure, 'rate' | 'loss'>

/** Their names, in the order of the columns. */
export const addonMeasures: readonly AddonMeasure[] = measures
  .map(({ name }) => name)
  .filter((name) => name !== 'rate' && name !== 'loss')

/**
 * The measures of a layer's matrix (the rows of a dense layer, or the filters of a convolution, times all other dimensions) that
 * `record.spectral` adds, in the order of the columns. W is the matrix after the step, P the one before, ‖·‖₂ the largest
 * singular value, found in float64 to a relative error of at most 1e-6 unless that takes more than 300 steps of Lanczos' method
 * (native/rotation/spectral_record.h). The measurements of checkpoints have the same names for the same quantities.
 */
export const spectralMeasures = [
  { name: 'spectral_norm', unit: 'weight', meaning: 'largest singular value of the weights after the step, ‖W‖₂' },
  { name: 'stable_rank', unit: '1', meaning: '‖W‖²/‖W‖₂², 1 … rank of W; NaN if W is 0' },
  { name: 'spectral_change', unit: 'weight', meaning: 'largest singular value of the change of the weights, ‖W − P‖₂' },
  { name: 'spectral_update', unit: '1', meaning: '‖W − P‖₂/‖P‖₂; NaN if P is 0' },
  { name: 'relative_update', unit: '1', meaning: '‖W − P‖/‖P‖; NaN if P is 0' },
] as const satisfies readonly Column[]

export type SpectralMeasure = (typeof spectralMeasures)[number]['name']

/** The name of the column for the cosine distance, 0 … 2, to a reference of `record.references`. */
export const referenceColumn = (reference: string): string => `rotation_from_${reference}`

/**
 * The measures of each neuron, with `record.neurons` (a row of a dense layer, a filter of a convolution), measured on
 * the neuron's own weights.
 */
export const neuronMeasures = ['rotation', 'angle'] as const satisfies readonly AddonMeasure[]

export type NeuronMeasure = (typeof neuronMeasures)[number]

/** The percentiles over the neurons of a layer: the smallest value, the quartiles and the largest value. */
const percentiles = [0, 25, 50, 75, 100]

/** The columns of a neuron measure, such as neuron_rotation_q0, _q25, _q50, _q75 and _q100. */
export const neuronColumns = (measure: string): string[] =>
  percentiles.map((percent) => `neuron_${measure}_q${percent}`)

/** The largest number that float32 holds, in which the addon measures. */
const largest = 3.5e38

/** The values that a column of a table may hold; Infinity and NaN are those of a training that diverged. */
export function rangeOf(column: string): CellRange {
  if (/^(neuron_)?rotation/.test(column)) return { low: 0, high: 2, also: [NaN] }
  if (/^(neuron_)?angle/.test(column)) return { low: 0, high: 3.15, also: [NaN] }
  // Rounding may take a loss below 0.
  if (column === 'loss') return { low: -1, high: Infinity, also: [NaN] }
  if (column === 'radial') return { low: -largest, high: largest, also: [NaN, Infinity, -Infinity] }
  return { low: 0, high: Infinity, also: [NaN] }
}
