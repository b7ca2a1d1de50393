import { mix, permutation, streamKey } from '../../random.js'
import { mean } from '../../rotation/mean.js'
import { rankCorrelation } from '../../study/statistics.js'
import { confidence, type Estimate } from './estimate.js'

/** The runs of a setting, one for each seed. */
export interface RankedSetting {
  x: readonly number[]
  /** The other measure of the same runs, in the same order. */
  y: readonly number[]
}

/** The number of random permutations, and of resamples: with one more, p-values are multiples of 1/10,000. */
const repetitions = 9_999

/** Fewer settings than these have no permutation that is rare enough. */
const fewest = 4

/** The seeds of the random numbers; the results of a test are the same every time. */
const [permuting, resampling] = [1, 2]

/**
 * Spearman's rank correlation of two measures over settings, each setting as the mean over its seeds. The p-value is the share of
 * random permutations of the settings that correlate as strongly; the interval holds the middle 95 % of the correlations of
 * settings, and seeds within each, drawn with replacement (percentile bootstrap).
 *
 * @returns null for fewer than two settings, and if all are equal in one of the measures; no p-value and interval below four
 */
export function rankCorrelationTest(settings: readonly RankedSetting[]): Estimate | null {
  const [x, y] = [settings.map((setting) => mean(setting.x)), settings.map((setting) => mean(setting.y))]
  const n = settings.length
  const value = rankCorrelation(x, y)
  if (Number.isNaN(value)) return null
  if (n < fewest) return { value, interval: null, p: null, n, samples: 'settings' }
  let asStrong = 0
  for (let i = 0; i < repetitions; i++) {
    const order = permutation(n, permuting, i)
    const permuted = Array.from(order, (place) => y[place]!)
    if (Math.abs(rankCorrelation(x, permuted)) >= Math.abs(value) - 1e-12) asStrong++
  }
  const p = (1 + asStrong) / (1 + repetitions)
  return { value, interval: bootstrapInterval(settings), p, n, samples: 'settings' }
}

function bootstrapInterval(settings: readonly RankedSetting[]): [low: number, high: number] {
  const resampled: number[] = []
  for (let i = 0; i < repetitions; i++) {
    const draw = drawing(i)
    const drawn = settings.map(() => meanOfDrawnSeeds(settings[draw(settings.length)]!, draw))
    const value = rankCorrelation(
      drawn.map(([x]) => x),
      drawn.map(([, y]) => y),
    )
    // Settings that are all the same one have no correlation.
    if (!Number.isNaN(value)) resampled.push(value)
  }
  resampled.sort((a, b) => a - b)
  const at = (share: number) => resampled[Math.round(share * (resampled.length - 1))]!
  return [at((1 - confidence) / 2), at((1 + confidence) / 2)]
}

function meanOfDrawnSeeds({ x, y }: RankedSetting, draw: (n: number) => number): [x: number, y: number] {
  const seeds = x.map(() => draw(x.length))
  return [mean(seeds.map((seed) => x[seed]!)), mean(seeds.map((seed) => y[seed]!))]
}

/** Returns a function that draws numbers from 0 … n-1. */
function drawing(repetition: number): (n: number) => number {
  let key = streamKey(resampling, repetition)
  return (n) => mix(key++) % n
}
