import type { SetName } from '../catalog/set-names.js'

/** The layout in which a CIFAR data set is published: https://www.cs.toronto.edu/~kriz/cifar.html, "binary version". */
export interface CifarLayout {
  title: string
  /** The name on the command line. */
  name: SetName
  /** The folder in the archive. */
  folder: string
  archive: string
  /** The same data set in other formats, which are not read: names by which a folder shows that it holds one. */
  others: { names: readonly string[]; format: string }[]
  /** The label bytes before the pixels of a record. */
  labels: readonly { name: string; classes: number }[]
  train: readonly CifarFile[]
  test: readonly CifarFile[]
}

const python = 'the Python version: pickle files, which are never read, because they can run code'
const matlab = 'the MATLAB version, which is not read'

/** Names the other formats of a data set. @param stem the beginning of the archives' names */
export const otherFormats = (
  stem: string,
  [ofPython, ofMatlab]: readonly [readonly string[], readonly string[]],
): CifarLayout['others'] => [
  { names: [...ofPython, `${stem}-python.tar.gz`], format: python },
  { names: [...ofMatlab, `${stem}-matlab.tar.gz`], format: matlab },
]

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
