import { listed, nearest } from '../../validation/nearest.js'
import { rotationTitle, shortRotationTitle } from '../rotation-axis.js'

/** The words of the recorded columns on the axes of figures. */
const titles: Readonly<Record<string, string>> = {
  angle: 'angle of a step (rad)',
  norm: 'norm of the weights',
  gradient_norm: 'norm of the gradient',
  loss: 'loss of the step’s batch',
  radial: 'radial part of a step',
  tangential: 'tangential part of a step',
  rate: 'learning rate',
  effective_rate: 'effective learning rate',
  spectral_norm: 'spectral norm',
  stable_rank: 'stable rank',
  spectral_change: 'spectral norm of a step',
  spectral_update: 'relative spectral update',
  relative_update: 'relative update',
  rotation_from_previous: 'rotation since the checkpoint before',
}

const quartiles: Readonly<Record<string, string>> = {
  q0: 'smallest',
  q25: 'lower quartile',
  q50: 'median',
  q75: 'upper quartile',
  q100: 'largest',
}

/** The titles of a column's axis, the longest first; the last one is its name, for panels that are low. */
export function quantityTitles(column: string): string[] {
  const name = quantityName(column)
  if (column === 'rotation') return [rotationTitle, shortRotationTitle, name]
  return [Object.hasOwn(titles, column) ? titles[column]! : longTitle(column), name]
}

function longTitle(column: string): string {
  const neuron = /^neuron_(\w+)_(q\d+)$/.exec(column)
  if (neuron) return `${neuron[1]!.replaceAll('_', ' ')} of neurons, ${quartiles[neuron[2]!] ?? neuron[2]!}`
  return column.replace(/^rotation_from_/, 'rotation from ')
}

/** A column in words: `gradient norm`. */
export const quantityName = (column: string): string => column.replaceAll('_', ' ')

/** Says which column is meant, and which there are. */
export function unknownQuantity(column: string, known: readonly string[]): string {
  const near = nearest(column, known)
  return near === undefined
    ? `; it has ${listed(known)}`
    : `; did you mean ${JSON.stringify(near)}? It has ${listed(known)}`
}

/** Tells whether a column has one value a step, which belongs to no layer. */
export const isOfStep = (column: string): boolean => column === 'loss'

/** Tells whether 0 … 1 is the range in which a column is looked at. */
export const isCosineDistance = (column: string): boolean => /^(neuron_)?rotation/.test(column)
