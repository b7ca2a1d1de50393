import { LayerRotationError } from '../../errors.js'
import { elements } from '../../shape.js'
import { arrayTypes, refuse } from './npy-array.js'
import type { ArrayContent } from './read-array.js'

/** The order of the dimensions of images with channels: [n, height, width, channels], or [n, channels, height, width]. */
export type Layout = 'nhwc' | 'nchw'

/** The most channels that are told from a height or a width without being asked. */
const mostEvident = 4

/** The images of an array: how many, and the shape of each as a network takes it. */
export interface ImageShape {
  images: number
  /** [channels, height, width] */
  shape: [number, number, number]
  layout: Layout
}

/**
 * Tells the images of an array by its shape: [n, height, width], [n, height, width, channels] or [n, channels, height, width].
 *
 * @param layout the order of four dimensions; null if it is evident: one end has at most four channels, and the other more, or only
 *   one order gives the images that are wanted
 * @param wanted [channels, height, width]; undefined if any will do
 * @throws {LayerRotationError} INVALID_FILE for another number of dimensions, or if the layout is not evident; naming `path`
 */
export function imageShape(
  shape: readonly number[],
  layout: Layout | null,
  path: string,
  wanted?: readonly number[],
): ImageShape {
  const [images, first, second, last, ...more] = shape
  const found = `is of shape [${shape.join(', ')}]`
  if (images === undefined || first === undefined || second === undefined || more.length > 0) {
    return refuse(
      path,
      `${found}; expected [n, height, width], [n, height, width, channels] or [n, channels, height, width]`,
    )
  }
  if (shape.some((length) => length === 0))
    return refuse(path, `${found}; expected at least one image of at least one pixel`)
  if (last === undefined) return { images, shape: [1, first, second], layout: 'nchw' }
  const chosen = layout ?? fitting([first, second, last], wanted) ?? evidentLayout(first, last)
  if (chosen === undefined) {
    const message = `${path} ${found}, of which either end may be the channels; set data.layout to nhwc or nchw`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  return { images, shape: chosen === 'nhwc' ? [last, first, second] : [first, second, last], layout: chosen }
}

function evidentLayout(first: number, last: number): Layout | undefined {
  if (last <= mostEvident && first > mostEvident) return 'nhwc'
  return first <= mostEvident && last > mostEvident ? 'nchw' : undefined
}

function fitting(
  [first, second, last]: readonly [number, number, number],
  wanted?: readonly number[],
): Layout | undefined {
  const isFirst = wanted?.join() === [first, second, last].join()
  const isLast = wanted?.join() === [last, first, second].join()
  return isFirst === isLast ? undefined : isFirst ? 'nchw' : 'nhwc'
}

/**
 * Returns the pixels of an array as a network takes them, [n, channels, height, width].
 *
 * @throws {LayerRotationError} INVALID_FILE for NaN and infinity, naming the image and the pixel
 */
export function pixelsOf(
  { type, bytes }: ArrayContent,
  { images, shape, layout }: ImageShape,
  path: string,
): Uint8Array | Float32Array {
  const given = arrayTypes[type].view(bytes) as Uint8Array | Float32Array
  const size = elements(shape)
  if (given instanceof Float32Array) {
    const wrong = given.findIndex((value) => !Number.isFinite(value))
    if (wrong !== -1) refuse(path, `has ${given[wrong]!} in image ${Math.floor(wrong / size)}; expected finite numbers`)
  }
  const [channels] = shape
  if (layout === 'nchw' || channels === 1) return given
  const plane = size / channels
  const planes = given instanceof Uint8Array ? new Uint8Array(given.length) : new Float32Array(given.length)
  for (let image = 0; image < images; image++) {
    const begin = image * size
    for (let pixel = 0; pixel < plane; pixel++) {
      for (let c = 0; c < channels; c++) planes[begin + c * plane + pixel] = given[begin + pixel * channels + c]!
    }
  }
  return planes
}
