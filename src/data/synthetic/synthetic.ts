import type { NativeSplit } from '../../native/contract.js'
import { mix, streamKey, streams } from '../../random.js'
import type { Splits } from '../dataset.js'
import type { SyntheticConfig } from './synthetic-config.js'
import { elements } from '../../shape.js'

const cell = 4 // pixels: side of the blocks that a pattern is made of

/**
 * Makes the images of `synthetic`: label(i) = i mod classes; a pixel is a quarter the pattern of its class and three
 * quarters noise, both uniform bytes. Test images go on where the training images end.
 */
export function makeSynthetic(config: SyntheticConfig, seed: number): Splits {
  const patterns = makePatterns(config, streamKey(seed, streams.syntheticPatterns))
  const noise = streamKey(seed, streams.syntheticNoise)
  return {
    train: makeSplit(config, patterns, noise, 0, config.train),
    test: makeSplit(config, patterns, noise, config.train, config.test),
  }
}

/** [classes, channels, height, width]: the pattern of each class, pixel by pixel. */
function makePatterns({ shape: [channels, height, width], classes }: SyntheticConfig, key: number): Uint8Array {
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
  { shape, classes }: SyntheticConfig,
  patterns: Uint8Array,
  noise: number,
  first: number,
  count: number,
): NativeSplit {
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
