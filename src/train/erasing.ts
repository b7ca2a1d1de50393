import type { RandomErasingConfig } from '../experiment/augmentation-config.js'
import { mix, uniforms } from '../random.js'

/** The most boxes that are drawn for an image until one is smaller than it. */
const mostDraws = 10

/**
 * The boxes that random erasing sets to 0 in images of one epoch, drawn from the epoch's key and the index of each image, as
 * torchvision's RandomErasing draws them.
 *
 * @param images indices of training images
 * @param key the epoch's augmentation key
 * @param size height and width of the images
 * @returns [images][4]: top, bottom, left and right of each box, bottom and right excluded; 0 for images without one
 */
export function erasedBoxes(
  config: RandomErasingConfig,
  images: Int32Array,
  key: number,
  size: readonly [height: number, width: number],
): Int32Array {
  const boxes = new Int32Array(4 * images.length)
  for (const [place, image] of images.entries()) {
    // The addon draws cutout's squares by the same keys: there are either.
    boxes.set(erasedBox(config, uniforms(mix(mix(key) + image)), size), 4 * place)
  }
  return boxes
}

function erasedBox(
  { probability, scale, ratio }: RandomErasingConfig,
  uniform: () => number,
  [height, width]: readonly [number, number],
): readonly number[] {
  if (uniform() >= probability) return noBox
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * uniform()
  for (let draw = 0; draw < mostDraws; draw++) {
    const area = height * width * between(scale)
    const aspect = Math.exp(between([Math.log(ratio[0]), Math.log(ratio[1])]))
    const [rows, columns] = [Math.round(Math.sqrt(area * aspect)), Math.round(Math.sqrt(area / aspect))]
    if (rows >= height || columns >= width) continue
    const top = Math.floor((height - rows + 1) * uniform())
    const left = Math.floor((width - columns + 1) * uniform())
    return [top, top + rows, left, left + columns]
  }
  return noBox
}

const noBox = [0, 0, 0, 0]
