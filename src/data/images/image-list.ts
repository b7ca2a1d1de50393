import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { LayerRotationError } from '../../errors.js'
import { mostIndices } from '../../random.js'
import { elements } from '../../shape.js'

/** An encoded image. */
export interface ImageFile {
  path: string
  /** The class, 0 … classes-1. */
  label: number
  /** The file as its file system knows it: its length in bytes, and what changes when another file takes its place. */
  status: Pick<BigIntStats, 'size' | 'dev' | 'ino' | 'mtimeNs' | 'ctimeNs'>
}

/** The images of both splits in the order in which they are numbered: all that a decoded data set depends on. */
export interface ImageList {
  train: ImageFile[]
  test: ImageFile[]
}

export const allFiles = ({ train, test }: ImageList): ImageFile[] => [...train, ...test]

/** Sorts names as Python's sorted() does: by their code points, whatever the language. */
export function byCodePoint(names: readonly string[]): string[] {
  return names
    .map((name) => Buffer.from(name))
    .sort((a, b) => Buffer.compare(a, b))
    .map(String)
}

/**
 * Returns a hash that changes whenever a file is added, removed, renamed, replaced or written to, if the file systems tell.
 * The time of modification does not tell: `cp -p`, `rsync -a` and archives set it. The inode and the time of the last change
 * do.
 */
export function stampOf(list: ImageList): Buffer {
  const hash = createHash('sha256')
  for (const split of ['train', 'test'] as const) {
    hash.update(`\0${split}\0`)
    for (const { path, status } of list[split]) {
      const { size, ino, mtimeNs, ctimeNs } = status
      hash.update(`${path}\0${size} ${ino} ${mtimeNs} ${ctimeNs}\0`)
    }
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
