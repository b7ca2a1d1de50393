import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { npyHeadBytes } from '../../files/npy-header.js'
import { seeing } from '../../files/reading.js'
import { beginningOf, exists, status } from '../images/image-files.js'
import { arraySource, isParquet } from './array-source.js'
import { imageShape, type Layout } from './image-array.js'
import { labelsOf } from './label-array.js'
import { imageTypes, labelTypes, parseArrayHeader, refuse } from './npy-array.js'
import { classesInParquet, shapeInParquet } from './parquet/read-parquet.js'

/** The properties of the images that a config may leave to their files. */
interface Inferred {
  shape: [number, number, number]
  classes: number
  /** Absent where classes have numbers only. */
  classNames?: string[]
}

/** The paths of the two splits. */
interface Paths {
  train: { images: string; labels: string }
  test: { images: string; labels: string }
}

/**
 * Reads the shape of the images from the header of the training images, and the number of classes from all labels and from their
 * names, which Parquet files of Hugging Face have. Only .npy and Parquet files are looked at: those are read without waiting.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED; INVALID_CONFIG for other files
 */
export function inferDataset({ train, test }: Paths, layout: Layout | null, known: Partial<Inferred>): Inferred {
  const shape = known.shape ?? shapeIn(train.images, layout)
  if (known.classes !== undefined) return { shape, classes: known.classes }
  const [first, second] = [classesIn(train.labels), classesIn(test.labels)]
  const names = first.names
  const classes = Math.max(2, first.largest + 1, second.largest + 1, names?.length ?? 0)
  return { shape, classes, ...(names?.length === classes && { classNames: names }) }
}

function shapeIn(path: string, layout: Layout | null): [number, number, number] {
  if (isParquet(arraySource(path).file)) return shapeInParquet(path, layout)
  const { file, size } = npyFile(path, 'shape=[channels, height, width]')
  const head = beginningOf(file, npyHeadBytes, BigInt(size))
  return imageShape(parseArrayHeader(head, size, imageTypes, path).shape, layout, path).shape
}

/** The most bytes of labels that are read at once: those of a hundred million images as int64. */
const largestLabels = 2 ** 30

function classesIn(path: string): { largest: number; names?: string[] | undefined } {
  return isParquet(arraySource(path).file) ? classesInParquet(path) : { largest: largestIn(path) }
}

function largestIn(path: string): number {
  const { file, size } = npyFile(path, 'classes')
  if (size > largestLabels) refuse(path, `has ${size} bytes; expected at most ${largestLabels}, a label for each image`)
  const content = seeing(file, () => readFileSync(file))
  const { headerBytes, type, shape } = parseArrayHeader(
    content.subarray(0, npyHeadBytes),
    content.length,
    labelTypes,
    path,
  )
  const bytes = new Uint8Array(content.subarray(headerBytes)).buffer
  return labelsOf({ type, shape, bytes }, path).reduce((most, label) => Math.max(most, label), 0)
}

/** @param needed the keys that replace what the file would tell */
function npyFile(path: string, needed: string): { file: string; size: number } {
  const { file, member } = arraySource(path)
  if (member !== undefined) {
    const message = `data: ${needed} is missing; expected it, because it is read from .npy and Parquet files alone, not from ${path}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const absolute = resolve(file)
  if (!exists(absolute)) throw new LayerRotationError('MISSING_FILE', `${path} does not exist; expected a .npy file`)
  const found = status(absolute)
  if (!found.isFile()) refuse(path, 'is not a regular file; expected a .npy file')
  return { file: absolute, size: Number(found.size) }
}
