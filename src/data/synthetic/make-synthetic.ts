import { requireMemory } from '../../memory.js'
import { mix, streamKey, streams } from '../../random.js'
import { elements } from '../../shape.js'
import type { Split, Splits } from '../split.js'

const cell = 4 // pixels: side of the blocks that a pattern is made of

interface Options {
  shape: [channels: number, height: number, width: number]
  classes: number
  train: number
  test: number
}

/**
 * Makes the images of `synthetic`: label(i) = i mod classes; a pixel is a quarter the pattern of its class and three
 * quarters noise, both uniform bytes. The numbers of the test images follow those of the training images.
 */
export function makeSynthetic(config: Options, seed: number): Splits {
  const patterns = makePatterns(config, streamKey(seed, streams.syntheticPatterns))
  const noise = streamKey(seed, streams.syntheticNoise)
  requireMemory((config.train + config.test) * elements(config.shape), 'data: the synthetic images')
  return {
    train: makeSplit(config, patterns, noise, 0, config.train),
    test: makeSplit(config, patterns, noise, config.train, config.test),
  }
}

/** [classes, channels, height, width]: the pattern of each class, pixel by pixel. */
function makePatterns({ shape: [channels, height, width], classes }: Options, key: number): Uint8Array {
  const [cellRows, cellColumns] = [Math.ceil(height / cell), Math.ceil(width / cell)]
  const patterns = new Uint8Array(classes * channels * height * width)
  let pixel = 0
  for (let plane = 0; plane < classes * channels; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const index = (plane * cellRows + Math.floor(y / cell)) * cellColumns + Math.floor(x / cell)
        patterns[pixel++] = mix(key + index)
      }
    }
  }
  return patterns
}

function makeSplit(
  { shape, classes }: Options,
  patterns: Uint8Array,
  noise: number,
  first: number,
  count: number,
): Split {
  const size = elements(shape)
  const images = new Uint8Array(count * size)
  const labels = Int32Array.from({ length: count }, (_, i) => (first + i) % classes)
  let pixel = 0
  for (let i = 0; i < count; i++) {
    const key = mix(noise + first + i)
    const pattern = labels[i]! * size
    for (let p = 0; p < size; p++) images[pixel++] = (patterns[pattern + p]! + 3 * (mix(key + p) & 255)) >> 2
  }
  return { images, labels }
}
