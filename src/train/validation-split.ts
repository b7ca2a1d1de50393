import { LayerRotationError } from '../errors.js'
import { permutation, streams } from '../random.js'

/** Indices of the training images in two parts, each ascending. */
export interface ValidationSplit {
  /** The images that train. */
  train: Int32Array
  /** The images that validate; empty without a validation share. */
  validation: Int32Array
}

/**
 * Splits images for validation from the rest: the first round(share · images) in the order of `seed`, halves rounded
 * up. Classes are not balanced.
 *
 * @param validation null for no validation
 * @param noun the examples in messages
 * @throws {LayerRotationError} INVALID_CONFIG if one of the parts is empty
 */
export function splitForValidation(
  images: number,
  validation: { share: number } | null,
  seed: number,
  noun = 'images',
): ValidationSplit {
  if (validation === null)
    return { train: Int32Array.from({ length: images }, (_, i) => i), validation: new Int32Array() }
  const count = validationImages(images, validation)
  if (count === 0 || count === images) {
    const shares = `a share of at least ${0.5 / images} and below ${1 - 0.5 / images}, or null`
    const message = `validation.share is ${validation.share}: of ${images} training ${noun} ${count} validate and ${images - count} train; expected ${images === 1 ? `null, because one ${noun.slice(0, -1)} cannot be shared` : shares}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const order = permutation(images, seed, streams.validation)
  return { train: order.subarray(count).sort(), validation: order.subarray(0, count).sort() }
}

/** Number of training images that validate; halves are rounded up. */
export function validationImages(images: number, validation: { share: number } | null): number {
  return validation === null ? 0 : Math.round(validation.share * images)
}
