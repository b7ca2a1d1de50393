import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { listImageFolder } from './class-folders.js'
import { dataFolder } from '../data-folder.js'
import type { Splits } from '../dataset.js'
import type { ImageFolderConfig } from './image-folder-config.js'
import { requireManageable, type ImageFile, type ImageList } from './image-list.js'
import { makeFolder } from '../../files/make-folder.js'
import { readPacked, writePacked, type Pixels } from './packed-images.js'
import type { DataWork } from '../progress.js'
import type { TinyImageNetConfig } from './tiny-imagenet-config.js'
import { listTinyImageNet, locateTinyImageNet } from './tiny-imagenet.js'
import { withLock } from '../with-lock.js'

/**
 * Reads a data set of image files. They are decoded once; what comes of it is kept in the data folder and used until a
 * file changes.
 *
 * @param shape [channels, height, width] of every image
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, WRITE_FAILED, INTERRUPTED
 */
export async function readImageSet(
  config: TinyImageNetConfig | ImageFolderConfig,
  shape: readonly number[],
  work: DataWork,
): Promise<Splits> {
  const list = config.type === 'tinyImageNet' ? listTinyImageNet(config) : listImageFolder(config)
  const roots =
    config.type === 'tinyImageNet' ? [locateTinyImageNet(config)] : [resolve(config.train), resolve(config.test)]
  for (const split of ['train', 'test'] as const) requireManageable(list[split], shape, roots[0]!)
  const cache = await cacheFile(roots, shape)
  const pixels = (await readPacked(cache, list, shape)) ?? (await decodeOnce(cache, list, shape, roots[0]!, work))
  return {
    train: { images: pixels.train, labels: labelsOf(list.train) },
    test: { images: pixels.test, labels: labelsOf(list.test) },
  }
}

const labelsOf = (files: readonly ImageFile[]): Int32Array => Int32Array.from(files, ({ label }) => label)

/** One for each place and shape, so that a new one replaces that of the same images before they were changed. */
async function cacheFile(roots: readonly string[], shape: readonly number[]): Promise<string> {
  const places = await Promise.all(roots.map((root) => realpath(root)))
  const key = createHash('sha256')
    .update(JSON.stringify([places, shape]))
    .digest('hex')
    .slice(0, 16)
  return join(dataFolder(), 'decoded', `${key}.images`)
}

/** Of two processes, one decodes and the other waits for it. */
async function decodeOnce(
  cache: string,
  list: ImageList,
  shape: readonly number[],
  root: string,
  work: DataWork,
): Promise<Pixels> {
  await makeFolder(dirname(cache))
  return withLock(`${cache}.lock`, work, async () => {
    const found = await readPacked(cache, list, shape)
    if (found !== null) return found
    await writePacked(cache, list, shape, basename(root), work)
    const pixels = await readPacked(cache, list, shape)
    if (pixels === null) throw new LayerRotationError('INVALID_FILE', `${cache} was changed by another program`)
    return pixels
  })
}
