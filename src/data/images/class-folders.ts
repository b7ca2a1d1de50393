import type { BigIntStats } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { beginningOf, exists, imageFile, isHidden, namesIn, status, visibleNames } from './image-files.js'
import { beginningBytes, decodedKinds, imageKind, otherImageKind } from './image-kind.js'
import type { ImageFile, ImageList } from './image-list.js'

/** Names of files that are images: what they begin with is looked at when they are decoded. */
const imageExtensions = new Set('.jpg .jpeg .jpe .jif .jfif .mpo .png .apng .webp .gif .tif .tiff'.split(' '))

/** Names of files that are images of a kind that cannot be read, or camera files, which begin as a TIFF does. */
const otherExtensions = new Set(
  '.bmp .dib .pbm .pgm .ppm .pnm .pam .heic .heif .avif .jp2 .j2k .jxl .svg .tga .ico .psd .exr .hdr .npy .dng .cr2 .nef .arw'.split(
    ' ',
  ),
)

/** Images in folders, and the paths of the files and folders beside them that are not read, relative to each root. */
interface FoundImages {
  list: ImageList
  /** The names of the folders. */
  classNames: string[]
  leftOut: { root: string; paths: string[] }[]
}

/**
 * Lists the images of a data set in folders: one sub-folder a class, in which they may lie at any depth, also behind
 * symbolic links. What a file is its content tells, unless its name does. Hidden files and folders are not read.
 *
 * @param roots the absolute paths of the folders of the two splits
 * @param classes the number of classes that `data.classes` gives; undefined if the folders tell it
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE naming the folder or file
 */
export function listImageFolder(roots: { train: string; test: string }, classes: number | undefined): FoundImages {
  const [train, test] = [classFolders(roots.train, 'train'), classFolders(roots.test, 'test')]
  for (const [folder, other, own, others] of [
    [roots.train, roots.test, train, test],
    [roots.test, roots.train, test, train],
  ] as const) {
    const missing = [...others.keys()].filter((key) => !own.has(key))
    if (missing.length > 0) {
      throw invalid(folder, `has no class folder ${missing.slice(0, 5).join(', ')}, which ${other} has`)
    }
  }
  if (classes !== undefined && train.size !== classes) {
    throw invalid(roots.train, `has ${train.size} class folders; expected ${classes}, as data.classes says`)
  }
  // The classes of both splits have the order of the names in the training split, as they are written there.
  const keys = [...train.keys()]
  const [trainWalk, testWalk] = [new Walk(roots.train), new Walk(roots.test)]
  const list = {
    train: trainWalk.classes(keys.map((key) => train.get(key)!)),
    test: testWalk.classes(keys.map((key) => test.get(key)!)),
  }
  return {
    list,
    classNames: keys,
    leftOut: [trainWalk, testWalk].map(({ root, leftOut }) => ({ root, paths: leftOut })),
  }
}

/**
 * Lists the images of a folder, at any depth below it, in the order of their paths.
 *
 * @param root an absolute path
 * @returns paths, and those from the folder of files and folders that are not read
 * @throws {LayerRotationError} READ_FAILED, INVALID_FILE naming the folder or file
 */
export function listImages(root: string): { paths: string[]; leftOut: string[] } {
  const walk = new Walk(root)
  return { paths: walk.below(root, 0).map(({ path }) => path), leftOut: walk.leftOut }
}

/**
 * Returns the names of the sub-folders, in order. Their keys are the same for a name with an accent whether it is written as
 * one character (NFC, on most systems) or two (NFD, on some Macs).
 */
function classFolders(root: string, split: 'train' | 'test'): Map<string, string> {
  if (!exists(root)) {
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
  return new Map(names.map((name) => [name.normalize('NFC'), name]))
}

/** A walk through the class folders of one split. */
class Walk {
  /** The files and folders that are not read, as paths from the root. */
  readonly leftOut: string[] = []

  constructor(readonly root: string) {}

  /** Lists the images of all classes. */
  classes(names: readonly string[]): ImageFile[] {
    const folders = new Set(names)
    for (const name of namesIn(this.root)) if (!folders.has(name)) this.skip(join(this.root, name))
    return names.flatMap((name, label) => this.below(join(this.root, name), label))
  }

  /** Lists the images of a folder, at any depth, of which there is at least one. */
  below(folder: string, label: number): ImageFile[] {
    const files = [...this.images(folder, status(folder), label, [])]
    if (files.length === 0) throw invalid(folder, `holds no images; expected ${decodedKinds}`)
    return files
  }

  /**
   * Yields the images in a folder.
   *
   * @param ancestors the folders that contain this one, as the file system identifies them
   */
  private *images(
    folder: string,
    self: BigIntStats,
    label: number,
    ancestors: readonly string[],
  ): Generator<ImageFile> {
    const identity = `${self.dev}:${self.ino}`
    if (ancestors.includes(identity))
      throw invalid(folder, 'is a symbolic link to a folder that contains it; remove the link')
    for (const name of namesIn(folder)) {
      const path = join(folder, name)
      if (isHidden(name)) {
        this.skip(path)
        continue
      }
      const found = status(path)
      if (found.isDirectory()) yield* this.images(path, found, label, [...ancestors, identity])
      else if (isImage(path, found)) yield imageFile(path, label, found)
      else this.skip(path)
    }
  }

  /** Remembers that a file or folder is not read, unless it is one that a system leaves in every folder. */
  private skip(path: string): void {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (!/^(\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$/i.test(name)) this.leftOut.push(relative(this.root, path))
  }
}

/** @throws {LayerRotationError} INVALID_FILE for an image of a kind that cannot be read, which would be missed otherwise */
function isImage(path: string, found: BigIntStats): boolean {
  const extension = extname(path).toLowerCase()
  if (imageExtensions.has(extension)) return true
  const start = found.isFile() ? beginningOf(path, beginningBytes, found.size) : Buffer.alloc(0)
  const other = otherExtensions.has(extension) ? extension.slice(1).toUpperCase() : otherImageKind(start)
  if (other !== undefined)
    throw invalid(path, `is an image of a kind that cannot be read (${other}); expected ${decodedKinds}`)
  return imageKind(start) !== undefined
}

function invalid(path: string, problem: string): LayerRotationError {
  return new LayerRotationError('INVALID_FILE', `${path} ${problem}`)
}
