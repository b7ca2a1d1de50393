/**
 * The random numbers that choose the images and their order. They are counter-based: each value follows from (seed, stream,
 * index) alone, so another program, such as the PyTorch baseline, can repeat them with a few integer operations.
 */

/** The streams of a seed. Epochs and passes over the images are counted from 0; there are fewer than 2³⁰ of each. */
export const streams = {
  /** The choice of the images in a per-class subset. */
  subset: 0,
  /** The order of the images in an epoch. */
  order: (epoch: number): number => 1 + epoch,
  /** Shifts, flips, operations and erased pixels of the images in an epoch. */
  augmentation: (epoch: number): number => 0x40000000 + epoch,
  /** The order in which the batches of a pass are served. */
  batches: (pass: number): number => 0x80000000 + pass,
  /** The mixtures of the batches in an epoch. */
  mixing: (epoch: number): number => 0xc0000000 + epoch,
  /** The choice of the test and validation images that are evaluated. */
  evaluatedTest: 0xfffffffb,
  evaluatedValidation: 0xfffffffc,
  syntheticNoise: 0xfffffffd,
  syntheticPatterns: 0xfffffffe,
  /** The choice of the validation images. */
  validation: 0xffffffff,
} as const

/** A bijection of the 32-bit integers that mixes their bits: Chris Wellons's lowbias32. */
export function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** The key of a stream, whose i-th value is mix(streamKey + i), with sums modulo 2³². @param seed 0 … 2³²-1 */
export const streamKey = (seed: number, stream: number): number => mix(mix(seed) + stream)

/** Numbers above 0 and below 1: the values of a key, one after the other. */
export function uniforms(key: number): () => number {
  let drawn = 0
  return () => (mix(key + drawn++) + 0.5) / 2 ** 32
}

/** The most indices that can be permuted: a 32-bit key leaves 21 bits of a double for them. */
export const mostIndices = 2 ** 21

/**
 * The numbers 0 … n-1 in random order: sorted by the values mix(streamKey(seed, stream) + i), and equal values by i.
 *
 * @param n at most 2²¹
 * @param seed 0 … 2³²-1
 */
export function permutation(n: number, seed: number, stream: number): Int32Array {
  if (n > mostIndices) throw new RangeError(`cannot permute ${n} indices; expected at most ${mostIndices}`)
  const base = streamKey(seed, stream)
  // A key and its index share one double (32 + 21 bits), so the numeric sort needs no comparison function.
  const keyed = new Float64Array(n)
  for (let i = 0; i < n; i++) keyed[i] = mix(base + i) * mostIndices + i
  keyed.sort()
  return Int32Array.from(keyed, (value) => value % mostIndices)
}
