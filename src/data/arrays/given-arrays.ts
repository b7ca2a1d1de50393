import { LayerRotationError } from '../../errors.js'
import { elements } from '../../shape.js'
import { mostClasses } from './label-array.js'
import { storeArray } from './stored-arrays.js'

/** Images and their labels in memory. */
export interface GivenSplit {
  /** Bytes, or finite fp32 numbers: [n, ...]. */
  images: Uint8Array | Float32Array
  /** The class of each image, from 0 on: [n]. */
  labels: ArrayLike<number>
}

/** Tells whether a split has its images in memory, not in files. */
export function isGiven(split: unknown): split is GivenSplit {
  if (typeof split !== 'object' || split === null || !('images' in split)) return false
  return split.images instanceof Uint8Array || split.images instanceof Float32Array
}

/** Images and labels of one split that are checked, [n, channels, height, width] and [n]. */
interface CheckedSplit {
  images: Uint8Array | Float32Array
  labels: Int32Array
}

/**
 * Checks the arrays of a split.
 *
 * @param shape [channels, height, width] of every image
 * @param classes undefined if the labels tell them
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function checkedSplit(
  split: GivenSplit,
  name: 'train' | 'test',
  shape: readonly number[],
  classes: number | undefined,
): CheckedSplit {
  const refuse = (problem: string): never => {
    throw new LayerRotationError('INVALID_CONFIG', `dataset: ${name}${problem}`)
  }
  const { images, labels } = split
  const size = elements(shape)
  if (images.length === 0 || images.length % size !== 0) {
    refuse(
      `.images has ${images.length} values; expected a multiple of ${size}, images of ${shape.join(' × ')}, at least one`,
    )
  }
  const wrongPixel = images instanceof Float32Array ? images.findIndex((value) => !Number.isFinite(value)) : -1
  if (wrongPixel !== -1) {
    refuse(`.images has ${images[wrongPixel]!} in image ${Math.floor(wrongPixel / size)}; expected finite numbers`)
  }
  const isList = Array.isArray(labels) || (ArrayBuffer.isView(labels) && !(labels instanceof DataView))
  if (!isList) refuse('.labels is no array; expected a class for each image')
  const count = images.length / size
  if (labels.length !== count) refuse(`.labels has ${labels.length} labels; expected ${count}, one for each image`)
  const end = classes ?? mostClasses
  const whole = Array.from(labels as ArrayLike<unknown>, (label) => Number(label as number))
  const wrong = whole.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < end))
  if (wrong !== -1)
    refuse(`.labels has ${String(labels[wrong])} for image ${wrong}; expected a whole number, 0 … ${end - 1}`)
  return { images, labels: Int32Array.from(whole) }
}

/** Keeps the arrays of a split in files. @throws {LayerRotationError} WRITE_FAILED */
export function stored({ images, labels }: CheckedSplit, shape: readonly number[]): { images: string; labels: string } {
  return {
    images: storeArray(images, [labels.length, ...shape]),
    labels: storeArray(labels, [labels.length]),
  }
}
