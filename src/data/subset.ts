import { LayerRotationError } from '../errors.js'
import { permutation, streams } from '../random.js'
import type { Split } from './split.js'

/**
 * Keeps the first `perClass` images of each class in the random order of `seed`; they stay in the order of the file.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if a class has fewer images
 */
export function drawPerClass(split: Split, classes: number, perClass: number, seed: number): Split {
  requireEnough(split.labels, classes, perClass)
  const drawn = new Int32Array(classes)
  const kept = permutation(split.labels.length, seed, streams.subset).filter(
    (i) => drawn[split.labels[i]!]!++ < perClass,
  )
  return take(split, kept.sort())
}

/** Copies the images with the given indices, in that order. */
export function take(split: Split, indices: Int32Array): Split {
  const size = split.images.length / split.labels.length
  const images =
    split.images instanceof Uint8Array ? new Uint8Array(indices.length * size) : new Float32Array(indices.length * size)
  for (const [to, from] of indices.entries())
    images.set(split.images.subarray(from * size, (from + 1) * size), to * size)
  return { images, labels: indices.map((i) => split.labels[i]!) }
}

function requireEnough(labels: Int32Array, classes: number, perClass: number): void {
  const counts = new Int32Array(classes)
  for (const label of labels) counts[label]!++
  const scarce = [...counts.entries()].filter(([, count]) => count < perClass)
  if (scarce.length === 0) return
  const found = scarce.map(([label, count]) => `class ${label} has ${count}`).join(', ')
  const message = `data.perClass is ${perClass}; expected at most ${Math.min(...counts)}: ${found} training images`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
