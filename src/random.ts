/**
 * The randomness that decides which images are seen and when. It is counter-based: every value follows from (seed, stream,
 * index) alone, so another program, such as the PyTorch baseline, repeats it with a few integer operations.
 */

/** Stream of the per-class subset. Epoch e, 0-based, has stream 1 + e. */
export const subsetStream = 0

/** The stream of an epoch's order. */
export const epochStream = (epoch: number): number => 1 + epoch

/** A bijection of 32-bit integers that scatters them: Chris Wellons's lowbias32. */
export function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/**
 * 0 … n-1 in random order: sorted by their keys mix(mix(mix(seed) + stream) + i), sums modulo 2³², equal keys by i.
 *
 * @param n at most 2²¹
 * @param seed 0 … 2³²-1
 */
export function permutation(n: number, seed: number, stream: number): Int32Array {
  if (n > indexRange) throw new RangeError(`a permutation of ${n} indices; at most ${indexRange} are possible`)
  const base = mix(mix(seed) + stream)
  // A key and its index share one double (32 + 21 bits), so a numeric sort needs no comparison function.
  const keyed = new Float64Array(n)
  for (let i = 0; i < n; i++) keyed[i] = mix(base + i) * indexRange + i
  keyed.sort()
  return Int32Array.from(keyed, (value) => value % indexRange)
}

const indexRange = 2 ** 21
