import { arrayTypes, refuse } from './npy-array.js'
import type { ArrayContent } from './read-array.js'

/**
 * Returns the labels of an array [n], or [n, 1].
 *
 * @throws {LayerRotationError} INVALID_FILE for another shape, or a label that is negative or too large for a class
 */
export function labelsOf({ type, shape, bytes }: ArrayContent, path: string): Int32Array {
  const isList = shape.length === 1 || (shape.length === 2 && shape[1] === 1)
  if (!isList) return refuse(path, `is of shape [${shape.join(', ')}]; expected [n], a label for each image`)
  const given = arrayTypes[type].view(bytes)
  const labels = new Int32Array(given.length)
  for (let i = 0; i < given.length; i++) {
    const label = Number(given[i])
    if (!(label >= 0 && label < mostClasses))
      refuse(path, `has the label ${label} for image ${i}; expected 0 … ${mostClasses - 1}`)
    labels[i] = label
  }
  return labels
}

/** The most classes of a data set. */
export const mostClasses = 65_536

/** @throws {LayerRotationError} INVALID_FILE for a label that is no class */
export function requireClasses(labels: Int32Array, classes: number, path: string): void {
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong === -1) return
  refuse(path, `has the label ${labels[wrong]!} for image ${wrong}; expected 0 … ${classes - 1}, as data.classes says`)
}
