import { mix } from '../../../src/random.js'

/** `n` draws from the standard normal distribution, rounded to fp32; the same for the same seed. */
export function normals(n: number, seed: number): Float32Array {
  const key = mix(seed)
  const draws = new Float32Array(n)
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log((mix(key + i) + 0.5) / 2 ** 32))
    const turn = (2 * Math.PI * mix(key + i + 1)) / 2 ** 32
    draws[i] = radius * Math.cos(turn)
    if (i + 1 < n) draws[i + 1] = radius * Math.sin(turn)
  }
  return draws
}

/** `n` integers of 0 … below-1. */
export function integers(n: number, below: number, seed: number): number[] {
  return Array.from({ length: n }, (_, i) => mix(mix(seed) + i) % below)
}
