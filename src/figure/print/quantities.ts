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
  train_loss: 'training loss',
  train_accuracy: 'training accuracy',
  test_loss: 'test loss',
  test_accuracy: 'test accuracy',
  val_loss: 'validation loss',
  val_accuracy: 'validation accuracy',
  val_top5_accuracy: 'validation accuracy, top 5',
  test_top5_accuracy: 'test accuracy, top 5',
  average_val_loss: 'validation loss of the average',
  average_val_accuracy: 'validation accuracy of the average',
  average_test_loss: 'test loss of the average',
  average_test_accuracy: 'test accuracy of the average',
  examples_per_second: 'examples per second',
  peak_memory: 'peak memory (bytes)',
  seconds: 'time (s)',
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
  const written = columnOf(column)
  return [Object.hasOwn(titles, written) ? titles[written]! : longTitle(written), name]
}

function longTitle(column: string): string {
  const neuron = /^neuron_(\w+)_(q\d+)$/.exec(column)
  if (neuron) return `${neuron[1]!.replaceAll('_', ' ')} of neurons, ${quartiles[neuron[2]!] ?? neuron[2]!}`
  return column.replace(/^rotation_from_/, 'rotation from ')
}

/** The name of a column as files have it, of a name as programs have it: `test_top5_accuracy` of `testTop5Accuracy`. */
export const columnOf = (name: string): string =>
  name.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A column in words: `gradient norm`. */
export const quantityName = (column: string): string => columnOf(column).replaceAll('_', ' ')

/** Says which column is meant, and which there are. */
export function unknownQuantity(column: string, known: readonly string[]): string {
  const near = nearest(column, known)
  return near === undefined
    ? `; it has ${listed(known)}`
    : `; did you mean ${JSON.stringify(near)}? It has ${listed(known)}`
}

/** Tells whether a column holds shares, whose axis is never logarithmic. */
export const isShare = (column: string): boolean => /accuracy$/i.test(column)

/** Tells whether 0 … 1 is the range in which a column is looked at. */
export const isCosineDistance = (column: string): boolean => /^(neuron_)?rotation/.test(column)
