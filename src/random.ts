/**
 * The randomness that decides which images are seen and when. It is counter-based: every value follows from (seed, stream,
 * index) alone, so another program, such as the PyTorch baseline, repeats it with a few integer operations.
 */

/** Streams of one seed. Epochs and passes over the images are counted from 0; there are fewer than 2³⁰ of them. */
export const streams = {
  /** The images that a per-class subset keeps. */
  subset: 0,
  /** The order of the images in an epoch. */
  order: (epoch: number): number => 1 + epoch,
  /** Shifts and flips of the images in an epoch. */
  augmentation: (epoch: number): number => 0x40000000 + epoch,
  /** The order in which the batches of a pass are served. */
  batches: (pass: number): number => 0x80000000 + pass,
  syntheticNoise: 0xfffffffd,
  syntheticPatterns: 0xfffffffe,
  /** The images that validate. */
  validation: 0xffffffff,
} as const

/** A bijection of 32-bit integers that scatters them: Chris Wellons's lowbias32. */
export function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** Where a stream begins: its i-th value is mix(streamKey + i), sums modulo 2³². @param seed 0 … 2³²-1 */
export const streamKey = (seed: number, stream: number): number => mix(mix(seed) + stream)

/** So many images can be put in random order: a key of 32 bits leaves 21 of a double to their indices. */
export const mostIndices = 2 ** 21

/**
 * 0 … n-1 in random order: sorted by the values mix(streamKey(seed, stream) + i), equal ones by i.
 *
 * @param n at most 2²¹
 * @param seed 0 … 2³²-1
 */
export function permutation(n: number, seed: number, stream: number): Int32Array {
  if (n > mostIndices) throw new RangeError(`a permutation of ${n} indices; at most ${mostIndices} are possible`)
  const base = streamKey(seed, stream)
  // A key and its index share one double (32 + 21 bits), so a numeric sort needs no comparison function.
  const keyed = new Float64Array(n)
  for (let i = 0; i < n; i++) keyed[i] = mix(base + i) * mostIndices + i
  keyed.sort()
  return Int32Array.from(keyed, (value) => value % mostIndices)
}
