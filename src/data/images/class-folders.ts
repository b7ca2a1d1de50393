import { statSync, type Stats } from 'node:fs'
import { extname, join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { imageFile, status, visibleNames } from './image-files.js'
import type { ImageFile, ImageList } from './image-list.js'

const readable = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff'])
/** Kinds of images that would be missed silently if they were skipped like other files. */
const unreadable = new Set(['.bmp', '.ppm', '.pgm', '.heic', '.avif', '.jp2', '.jxl', '.svg', '.tga', '.npy'])

/**
 * Lists the images of a data set in folders: one sub-folder a class, in which they may lie at any depth, also behind
 * symbolic links. Hidden files and files that are not images do not count.
 *
 * @param roots the absolute paths of the folders of the two splits
 * @param classes the number of classes that `data.classes` gives
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE naming the folder or file
 */
export function listImageFolder(roots: { train: string; test: string }, classes: number): ImageList {
  const [trainRoot, testRoot] = [roots.train, roots.test]
  const [train, test] = [classFolders(trainRoot, 'train'), classFolders(testRoot, 'test')]
  for (const [folder, other, names, others] of [
    [trainRoot, testRoot, train, test],
    [testRoot, trainRoot, test, train],
  ] as const) {
    const missing = others.filter((name) => !names.includes(name))
    if (missing.length > 0) {
      throw invalid(folder, `has no class folder ${missing.slice(0, 5).join(', ')}, which ${other} has`)
    }
  }
  if (train.length !== classes) {
    throw invalid(trainRoot, `has ${train.length} class folders; expected ${classes}, as data.classes says`)
  }
  return { train: listClasses(trainRoot, train), test: listClasses(testRoot, test) }
}

/** Returns the names of the sub-folders, in order. */
function classFolders(root: string, split: 'train' | 'test'): string[] {
  if (statSync(root, { throwIfNoEntry: false }) === undefined) {
    throw new LayerRotationError(
      'MISSING_FILE',
      `data.${split}: the folder ${root} does not exist; expected one sub-folder of images for each class`,
    )
  }
  const names = visibleNames(root).filter((name) => status(join(root, name)).isDirectory())
  if (names.length === 0) throw invalid(root, 'has no class folders; expected one sub-folder of images for each class')
  const seen = new Map<string, string>()
  for (const name of names) {
    const key = name.normalize('NFC').toLowerCase()
    const other = seen.get(key)
    if (other !== undefined) {
      throw invalid(
        root,
        `has the class folders ${other} and ${name}, which differ only in case or accents; rename one`,
      )
    }
    seen.set(key, name)
  }
  return names
}

function listClasses(root: string, names: readonly string[]): ImageFile[] {
  return names.flatMap((name, label) => {
    const folder = join(root, name)
    const files = [...walk(folder, status(folder), label, [])]
    if (files.length === 0) throw invalid(folder, `holds no images; expected ${[...readable].join(', ')}`)
    return files
  })
}

/**
 * Yields the images in a folder.
 *
 * @param ancestors the folders that contain this one, as the file system identifies them
 */
function* walk(folder: string, self: Stats, label: number, ancestors: readonly string[]): Generator<ImageFile> {
  const identity = `${self.dev}:${self.ino}`
  if (ancestors.includes(identity))
    throw invalid(folder, 'is a symbolic link to a folder that contains it; remove the link')
  for (const name of visibleNames(folder)) {
    const path = join(folder, name)
    const extension = extname(name).toLowerCase()
    const found = status(path)
    if (found.isDirectory()) yield* walk(path, found, label, [...ancestors, identity])
    else if (unreadable.has(extension))
      throw invalid(path, `is of a kind that cannot be read; expected ${[...readable].join(', ')}`)
    else if (readable.has(extension)) yield imageFile(path, label, found)
  }
}

function invalid(path: string, problem: string): LayerRotationError {
  return new LayerRotationError('INVALID_FILE', `${path} ${problem}`)
}
