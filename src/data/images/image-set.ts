import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { makeFolder } from '../../files/make-folder.js'
import { reading } from '../../files/reading.js'
import { dataFolder } from '../data-folder.js'
import type { DataWork } from '../progress.js'
import type { Splits } from '../split.js'
import { withLock } from '../../lock/with-lock.js'
import { requireManageable, type ImageFile, type ImageList } from './image-list.js'
import { PackedImages, type Pixels } from './packed-images.js'

/**
 * Reads a data set of image files. They are decoded once; the pixels are kept in the data folder and used until a file
 * changes. Where stamps of the files do not tell that none has changed, their content is compared.
 *
 * @param roots the absolute paths of the folders that contain the images
 * @param shape [channels, height, width] of every image
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, WRITE_FAILED, INTERRUPTED
 */
export async function readImageSet(
  roots: readonly [string, ...string[]],
  list: ImageList,
  shape: readonly number[],
  work: DataWork,
): Promise<Splits> {
  for (const split of ['train', 'test'] as const) requireManageable(list[split], shape, roots[0])
  const path = await cacheFile(roots, shape)
  const packed = new PackedImages(path, list, shape, basename(roots[0]))
  const pixels = (await whole(packed, work)) ?? (await decodeOnce(packed, work))
  return {
    train: { images: pixels.train, labels: labelsOf(list.train) },
    test: { images: pixels.test, labels: labelsOf(list.test) },
  }
}

const labelsOf = (files: readonly ImageFile[]): Int32Array => Int32Array.from(files, ({ label }) => label)

/** Returns the path for the pixels: one for each place and shape, so that those of changed images replace the old ones. */
async function cacheFile(roots: readonly string[], shape: readonly number[]): Promise<string> {
  const places = await Promise.all(roots.map((root) => reading(root, () => realpath(root))))
  const key = createHash('sha256')
    .update(JSON.stringify([places, shape]))
    .digest('hex')
    .slice(0, 16)
  return join(dataFolder(), 'decoded', `${key}.images`)
}

const whole = async (packed: PackedImages, work: DataWork): Promise<Pixels | null> =>
  (await packed.read('stamp')) ?? packed.read('content', work)

/** Decodes the images; a second process that wants them waits for the first. */
async function decodeOnce(packed: PackedImages, work: DataWork): Promise<Pixels> {
  const { path } = packed
  await makeFolder(dirname(path))
  return withLock(`${path}.lock`, work, async () => {
    const found = await whole(packed, work)
    if (found !== null) return found
    await packed.write(work)
    const pixels = await packed.read('shape')
    if (pixels === null)
      throw new LayerRotationError(
        'INVALID_FILE',
        `${path} was changed by another program while it was read; run the same command again`,
      )
    return pixels
  })
}
