import { join, resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { exists, imageFile, status, textOf, visibleNames } from './image-files.js'
import { dataFolder } from '../data-folder.js'
import { byCodePoint, type ImageFile, type ImageList } from './image-list.js'
import { missing } from '../missing.js'

const folderName = 'tiny-imagenet-200'

/** The size of the published data set, all of which must be there. */
export const publishedSize = { classes: 200, trainImagesPerClass: 500, testImages: 10_000 }

/**
 * Finds the folder of Tiny ImageNet.
 *
 * @param folder this folder or the one that contains it; null for the data folder
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED
 */
export function locateTinyImageNet(folder: string | null): string {
  const place = resolve(folder ?? dataFolder())
  for (const candidate of [place, join(place, folderName)]) {
    if (exists(join(candidate, 'wnids.txt'))) return candidate
  }
  const content = `wnids.txt, train/ and val/, or with ${folderName}, which holds them`
  throw missing('Tiny ImageNet', `${place} does not hold ${folderName}`, 'tiny-imagenet', content)
}

/**
 * Lists the images as the published archive holds them: train/<WordNet id>/images/*.JPEG and val/images/*.JPEG, whose
 * classes are in val/val_annotations.txt. It checks that all of them are there, but not their content.
 *
 * @param root the folder tiny-imagenet-200
 * @throws {LayerRotationError} READ_FAILED, INVALID_FILE
 */
export function listTinyImageNet(root: string, size = publishedSize): ImageList {
  const ids = tinyImageNetIds(root, size.classes)
  return {
    train: ids.flatMap((id, label) => listClass(join(root, 'train', id, 'images'), label, size.trainImagesPerClass)),
    test: listValidation(join(root, 'val'), new Map(ids.map((id, label) => [id, label])), size.testImages),
  }
}

/** Reads the WordNet ids of the classes, in their order. @throws {LayerRotationError} READ_FAILED, INVALID_FILE */
export function tinyImageNetIds(root: string, classes = publishedSize.classes): string[] {
  const path = join(root, 'wnids.txt')
  const lines = linesOf(path)
  const wrong = lines.findIndex((line) => !/^n\d{8}$/.test(line))
  if (wrong !== -1)
    throw invalid(path, `line ${wrong + 1}: found ${show(lines[wrong]!)}; expected a WordNet id such as n01443537`)
  const ids = byCodePoint([...new Set(lines)])
  if (ids.length === classes && lines.length === classes) return ids
  throw invalid(path, `found ${lines.length} lines, ${ids.length} of them different; expected ${classes}`)
}

function listClass(folder: string, label: number, images: number): ImageFile[] {
  const names = visibleNames(folder).filter((name) => name.endsWith('.JPEG'))
  if (names.length !== images) {
    throw invalid(folder, `found ${names.length} .JPEG files; expected ${images}`)
  }
  return names.map((name) => {
    const path = join(folder, name)
    return imageFile(path, label, status(path))
  })
}

/** Lists the validation images in the order of the annotations. */
function listValidation(folder: string, labels: ReadonlyMap<string, number>, images: number): ImageFile[] {
  const path = join(folder, 'val_annotations.txt')
  const lines = linesOf(path)
  const names = new Set<string>()
  const files = lines.map((line, i) => {
    const [name = '', id = ''] = line.split('\t')
    const label = labels.get(id)
    if (!/^[\w-]+\.JPEG$/.test(name) || label === undefined || names.has(name)) {
      const expectation = 'expected the name of another .JPEG file, a tab, and one of the ids in wnids.txt'
      throw invalid(path, `line ${i + 1}: found ${show(line)}; ${expectation}`)
    }
    names.add(name)
    const file = join(folder, 'images', name)
    return imageFile(file, label, status(file))
  })
  if (files.length !== images) throw invalid(path, `found ${files.length} lines; expected ${images}`)
  return files
}

const largestText = 2 ** 22 // bytes; the annotations have 0.5 MB

function linesOf(path: string): string[] {
  const found = status(path)
  if (!found.isFile()) throw invalid(path, 'is not a regular file; expected a text file')
  const { size } = found
  if (size > largestText) throw invalid(path, `found ${size} bytes; expected at most ${largestText}`)
  return textOf(path).trimEnd().split(/\r?\n/)
}

const show = (line: string): string => JSON.stringify(line.slice(0, 80))

function invalid(path: string, problem: string): LayerRotationError {
  return new LayerRotationError('INVALID_FILE', `${path}: ${problem}`)
}
