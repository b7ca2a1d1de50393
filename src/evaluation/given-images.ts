import { stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { arraySource, isParquet } from '../data/arrays/array-source.js'
import { readImages } from '../data/arrays/read-dataset.js'
import { onlyArray } from '../data/arrays/read-array.js'
import { listImages } from '../data/images/class-folders.js'
import { imageDecoder, readImage } from '../data/images/decode-image.js'
import type { DataWork } from '../data/progress.js'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'
import { throwIfInterrupted } from '../interrupted.js'
import { requireMemory } from '../memory.js'
import { elements } from '../shape.js'

/** Images whose classes are asked for. */
export interface GivenImages {
  /** [n, channels, height, width] */
  pixels: Uint8Array | Float32Array
  /** [n]: the paths of image files, relative to their folder if that was given; null for arrays. */
  names: readonly string[] | null
}

/**
 * Reads images without labels.
 *
 * @param images pixels, image files, or the path of one, of a folder that holds some, of a .npy file, of an array in a .npz file or
 *   of a column in a Parquet file
 * @param inputShape of the network
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, OUT_OF_MEMORY, INTERRUPTED; INVALID_CONFIG for pixels that
 *   are no whole images
 */
export async function givenImages(
  images: Uint8Array | Float32Array | readonly string[] | string,
  inputShape: readonly number[],
  work: DataWork,
): Promise<GivenImages> {
  if (typeof images === 'string') return imagesAt(images, inputShape, work)
  if (Array.isArray(images))
    return { pixels: await decoded(images as string[], inputShape, work), names: images as string[] }
  const pixels = images as Uint8Array | Float32Array
  const size = elements(inputShape)
  if (pixels.length > 0 && pixels.length % size === 0) return { pixels, names: null }
  const shape = inputShape.join(' × ')
  const message = `predict: found ${pixels.length} pixels; expected a multiple of ${size}, images of ${shape}, and at least one image`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

async function imagesAt(path: string, inputShape: readonly number[], work: DataWork): Promise<GivenImages> {
  const isFolder = (place: string) =>
    reading(place, async () => (await stat(place)).isDirectory(), 'images, or a folder of them')
  const source = arraySource(path)
  const isInFolder = source.member !== undefined && (await isFolder(source.file))
  const { file, member } = isInFolder ? { file: path, member: undefined } : source
  if (await isFolder(file)) return imagesIn(resolve(file), inputShape, work)
  const isArchive = /\.npz$/i.test(file)
  if (!isParquet(file) && !isArchive && !/\.npy$/i.test(file)) {
    return { pixels: await decoded([file], inputShape, work), names: [file] }
  }
  const place = isArchive && member === undefined ? await onlyArray(file) : path
  const { pixels, shape } = await readImages(place, { shape: inputShape, layout: null }, work)
  if (shape.join() !== inputShape.join()) {
    const [there, expected] = [shape, inputShape].map((lengths) => lengths.join(' × '))
    const message = `${path} has images of ${there}; expected ${expected}, channels × height × width, as the network takes them`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return { pixels, names: null }
}

async function imagesIn(folder: string, inputShape: readonly number[], work: DataWork): Promise<GivenImages> {
  const { paths, leftOut } = listImages(folder)
  if (leftOut.length > 0) {
    const more = leftOut.length > 3 ? ', …' : ''
    work.onNote?.(`${folder}: left out, because they are hidden or no images: ${leftOut.slice(0, 3).join(', ')}${more}`)
  }
  return { pixels: await decoded(paths, inputShape, work), names: paths.map((path) => relative(folder, path)) }
}

async function decoded(files: readonly string[], inputShape: readonly number[], work: DataWork): Promise<Uint8Array> {
  const [channels] = inputShape
  if (inputShape.length !== 3 || (channels !== 1 && channels !== 3)) {
    const message = `predict: image files have 1 or 3 channels, but the network takes ${inputShape.join(' × ')}; give the pixels instead`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const size = elements(inputShape)
  requireMemory(files.length * size, 'predict: the images')
  const decode = await imageDecoder(inputShape)
  const pixels = new Uint8Array(files.length * size)
  for (const [i, file] of files.entries()) {
    throwIfInterrupted(work.signal, 'decoding images')
    pixels.set(await decode(await readImage(file), file), i * size)
    work.onProgress?.({ step: 'decoding', subject: 'images', done: i + 1, total: files.length, unit: 'images' })
  }
  return pixels
}
