import { createHash } from 'node:crypto'
import { LayerRotationError } from '../../errors.js'
import { mostIndices } from '../../random.js'
import { elements } from '../../shape.js'

/** An encoded image. */
export interface ImageFile {
  path: string
  /** The class, 0 … classes-1. */
  label: number
  /** The size of the file in bytes. */
  size: number
  mtimeMs: number
}

/** The images of both splits in the order in which they are numbered: all that a decoded data set depends on. */
export interface ImageList {
  train: ImageFile[]
  test: ImageFile[]
}

/** Sorts names as Python's sorted() does: by their code points, whatever the language. */
export function byCodePoint(names: readonly string[]): string[] {
  return names
    .map((name) => Buffer.from(name))
    .sort((a, b) => Buffer.compare(a, b))
    .map(String)
}

/** Returns a hash that changes whenever a file is added, removed, renamed, relabelled or written to. */
export function fingerprint(list: ImageList, shape: readonly number[]): Buffer {
  const hash = createHash('sha256').update(JSON.stringify(shape))
  for (const split of ['train', 'test'] as const) {
    hash.update(`\0${split}\0`)
    for (const { path, label, size, mtimeMs } of list[split]) hash.update(`${path}\0${label} ${size} ${mtimeMs}\0`)
  }
  return hash.digest()
}

/** The most bytes that one array holds on every supported Node. */
const mostBytes = 2 ** 32 - 1

/** @throws {LayerRotationError} INVALID_FILE */
export function requireManageable(files: readonly ImageFile[], shape: readonly number[], root: string): void {
  const bytes = files.length * elements(shape)
  if (files.length <= mostIndices && bytes <= mostBytes) return
  const message = `${root} holds ${files.length} images, ${bytes} bytes in all; expected at most ${mostIndices} and ${mostBytes}`
  throw new LayerRotationError('INVALID_FILE', message)
}
