import type { LayerChanges } from '../native/contract.js'

/** A column of the measurements of checkpoints. */
interface MeasuredColumn {
  name: string
  /** Its name in the addon's result. */
  key: Exclude<keyof LayerChanges, 'neurons' | `spectral${string}`>
  unit: string
  meaning: string
  /** True if it compares a checkpoint with an earlier one. */
  needsEarlier: boolean
}

/**
 * Everything that is measured of a layer at a checkpoint, in the order of the columns: w are its weights there, p those at the
 * checkpoint before.
 */
export const measuredColumns = [
  {
    name: 'rotation',
    key: 'rotation',
    unit: '1',
    meaning: 'cosine distance to the first checkpoint, 0 … 2',
    needsEarlier: false,
  },
  {
    name: 'rotation_from_previous',
    key: 'rotationFromPrevious',
    unit: '1',
    meaning: 'cosine distance to the checkpoint before',
    needsEarlier: true,
  },
  { name: 'angle', key: 'angle', unit: 'rad', meaning: 'angle between p and w, 0 … π', needsEarlier: true },
  { name: 'norm', key: 'norm', unit: 'weight', meaning: 'Euclidean norm of w', needsEarlier: false },
  {
    name: 'radial',
    key: 'radial',
    unit: 'weight',
    meaning: 'part of w − p along p, ⟨w − p, p⟩/‖p‖; negative if the weights become shorter',
    needsEarlier: true,
  },
  {
    name: 'tangential',
    key: 'tangential',
    unit: 'weight',
    meaning: 'Euclidean norm of the rest of w − p',
    needsEarlier: true,
  },
  { name: 'relative_update', key: 'relativeUpdate', unit: '1', meaning: '‖w − p‖/‖p‖', needsEarlier: true },
  {
    name: 'not_finite',
    key: 'notFinite',
    unit: '1',
    meaning: 'number of weights that are NaN or infinite',
    needsEarlier: false,
  },
] as const satisfies readonly MeasuredColumn[]

/** The columns that `spectral` adds; the addon's changes give the value of a layer, which has a norm ‖w‖. */
export const spectralColumns = [
  {
    name: 'spectral_norm',
    value: ({ spectralNorm }, layer) => spectralNorm[layer]!,
    needsEarlier: false,
  },
  {
    name: 'stable_rank',
    value: ({ spectralNorm }, layer, norm) => (norm / spectralNorm[layer]!) ** 2,
    needsEarlier: false,
  },
  {
    name: 'spectral_change',
    value: ({ spectralChange }, layer) => spectralChange[layer]!,
    needsEarlier: true,
  },
  {
    name: 'spectral_update',
    value: ({ spectralChange, spectralNormOfPrevious }, layer) =>
      spectralNormOfPrevious[layer] === 0 ? NaN : spectralChange[layer]! / spectralNormOfPrevious[layer]!,
    needsEarlier: true,
  },
] as const satisfies readonly {
  name: string
  value: (changes: LayerChanges, layer: number, norm: number) => number
  needsEarlier: boolean
}[]

/** The quantities that are measured of each neuron with `by: 'neuron'`. */
export const neuronMeasures = [
  { name: 'rotation', key: 'rotation', needsEarlier: false },
  { name: 'angle', key: 'angle', needsEarlier: true },
  { name: 'norm', key: 'norm', needsEarlier: false },
  { name: 'relative_update', key: 'relativeUpdate', needsEarlier: true },
] as const satisfies readonly { name: string; key: keyof LayerChanges['neurons']; needsEarlier: boolean }[]
