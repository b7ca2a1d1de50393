import type { SetName } from '../catalog/set-names.js'

/** The layout in which a CIFAR data set is published: https://www.cs.toronto.edu/~kriz/cifar.html, "binary version". */
export interface CifarLayout {
  title: string
  /** The name on the command line. */
  name: SetName
  /** The folder in the archive. */
  folder: string
  archive: string
  /** The label bytes before the pixels of a record. */
  labels: readonly { name: string; classes: number }[]
  train: readonly CifarFile[]
  test: readonly CifarFile[]
}

export interface CifarFile {
  name: string
  records: number
}

/** The bytes of an image: 32 × 32 red ones, then green, then blue. */
export const imageBytes = 3 * 32 * 32

export const recordBytes = ({ labels }: CifarLayout): number => labels.length + imageBytes

/** The properties that the CIFAR data sets share. */
export const cifarFormat = {
  inputShape: [3, 32, 32],
  images: () => ({ train: 50_000, test: 10_000 }),
  source: 'https://www.cs.toronto.edu/~kriz',
}
