import { resolve } from 'node:path'
import { arraySource } from '../array-source.js'
import type { Layout } from '../image-array.js'
import { labelsOf } from '../label-array.js'
import type { DataWork } from '../../progress.js'
import { classNamesIn } from './class-names.js'
import { findColumn } from './column.js'
import { imageShapeOf, readImages, type ImagesRead } from './images.js'
import { readLabels, readLabelsNow } from './labels.js'
import { ParquetFile, parquetError } from './parquet-file.js'

/** Reads images from a column. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, OUT_OF_MEMORY, INTERRUPTED */
export function readParquetImages(
  path: string,
  { shape, layout }: { shape: readonly number[]; layout: Layout | null },
  work: DataWork,
): Promise<ImagesRead> {
  return opened(path, async (file, name) => readImages(file, name, shape, layout, work))
}

/** Reads labels from a column. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED */
export function readParquetLabels(path: string): Promise<Int32Array> {
  return opened(path, async (file, name) => labelsOf(await readLabels(file, name), path))
}

/** Returns the shape of the images of a column. @throws {LayerRotationError} the same; INVALID_CONFIG if it does not tell it */
export function shapeInParquet(path: string, layout: Layout | null): [number, number, number] {
  return openedNow(path, (file, name) => imageShapeOf(file, name, layout))
}

/** The classes of a column of labels. */
interface Classes {
  /** The largest label. */
  largest: number
  /** The names that the file gives to the classes; undefined if it has none. */
  names: string[] | undefined
}

/** Returns the classes of a column of labels. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED */
export function classesInParquet(path: string): Classes {
  return openedNow(path, (file, name) => ({
    largest: labelsOf(readLabelsNow(file, name), path).reduce((most, label) => Math.max(most, label), 0),
    names: classNamesIn(file, findColumn(file, name, 'labels').name),
  }))
}

async function opened<Result>(
  path: string,
  work: (file: ParquetFile, column: string | undefined) => Promise<Result>,
): Promise<Result> {
  const { file, member } = arraySource(path)
  let open: ParquetFile | undefined
  try {
    open = ParquetFile.open(resolve(file), file)
    return await work(open, member)
  } catch (error) {
    throw parquetError(file, error)
  } finally {
    open?.close()
  }
}

function openedNow<Result>(path: string, work: (file: ParquetFile, column: string | undefined) => Result): Result {
  const { file, member } = arraySource(path)
  let open: ParquetFile | undefined
  try {
    open = ParquetFile.open(resolve(file), file)
    return work(open, member)
  } catch (error) {
    throw parquetError(file, error)
  } finally {
    open?.close()
  }
}
