import { mix, streamKey } from '../random.js'
import type { AxisValue } from '../study/study-config.js'
import { bestOf, isScored, scoredLayers, type Candidate, type ScoredCandidate } from './candidate.js'
import { scoreOf } from './score.js'

/** How sure a proposal is. */
export type Confidence = 'high' | 'medium' | 'low'

/** A value for the tuned setting. */
export interface Proposal {
  value: AxisValue
  /** The candidate that misses the target least. */
  best: AxisValue
  confidence: Confidence
  /** Sentences on what speaks against the proposal; none if its confidence is high. */
  doubts: string[]
  /** The share of samples of layers and seeds, drawn with replacement, in which the same candidate is the best, 0 … 1. */
  agreement: number
  /** The proposals of the middle 80 % of these samples; null for candidates that are not all numbers. */
  range: readonly [low: number, high: number] | null
}

/** Samples of layers and seeds. */
const samples = 1000

/** The seed of the samples: the same runs give the same confidence. */
const sampleSeed = 1

/** The agreement below which a proposal is unsure, and below which it is hardly one. */
const [unsure, hardly] = [0.9, 0.6]

/** The factor by which the layers may miss the target. */
const near = 2

/** The fewest measured layers, counted once a seed, that tell how much they scatter. */
const fewest = 4

/** The share of the epochs below which a prediction reaches far. */
const shortest = 1 / 20

export interface ProposeOptions {
  /** The turning at which the middle layers should be. */
  target: number
  /** Epochs of the short runs divided by those of the whole. */
  share: number
}

/**
 * Proposes a value from candidates in ascending order, or in any order if they are not numbers: between the best candidate and
 * its neighbour on the other side of the target the value at which the mean offset is 0, on logarithmic axes; else the best
 * candidate.
 *
 * @returns undefined if all candidates failed
 */
export function propose(candidates: readonly Candidate[], { target, share }: ProposeOptions): Proposal | undefined {
  const best = bestOf(candidates)
  if (best === undefined) return undefined
  const value = between(candidates, best)
  const resampled = resample(candidates, target)
  const places = resampled.map((sample) => bestOf(sample)!.value)
  const agreement = places.filter((place) => place === best.value).length / samples
  const values = resampled.map((sample) => between(sample, bestOf(sample)!))
  const isNumeric = values.every((one) => typeof one === 'number')
  const doubts = doubtsOn(candidates, best, share, agreement)
  return {
    value,
    best: best.value,
    confidence: doubts.some(({ isGrave }) => isGrave) ? 'low' : doubts.length > 0 ? 'medium' : 'high',
    doubts: doubts.map(({ text }) => text),
    agreement,
    range: isNumeric ? middleOf(values) : null,
  }
}

/** The value of offset 0 beside the best candidate. */
function between(candidates: readonly Candidate[], best: ScoredCandidate): AxisValue {
  const place = candidates.findIndex(({ value }) => value === best.value)
  const other = candidates[best.score.offset < 0 ? place + 1 : place - 1]
  const beside = candidates[best.score.offset < 0 ? place - 1 : place + 1]
  for (const neighbour of [other, beside]) {
    const found = neighbour && isScored(neighbour) ? crossing(best, neighbour) : undefined
    if (found !== undefined) return found
  }
  return best.value
}

/** The value between two candidates at which the offset is 0; undefined if there is none. */
function crossing(a: ScoredCandidate, b: ScoredCandidate): number | undefined {
  const [x, y] = [a.value, b.value]
  if (typeof x !== 'number' || typeof y !== 'number' || !(x > 0 && y > 0)) return undefined
  if (a.score.offset * b.score.offset > 0 || a.score.offset === b.score.offset) return undefined
  return x * (y / x) ** (a.score.offset / (a.score.offset - b.score.offset))
}

/**
 * The candidates with layers and seeds drawn with replacement: a layer is drawn for all candidates at once, because they share
 * their initial weights and images.
 */
function resample(candidates: readonly Candidate[], target: number): Candidate[][] {
  const scored = candidates.filter(isScored)
  const names = [...new Set(scored.flatMap((one) => scoredLayers(one).map(({ layer }) => layer)))]
  const seeds = [...new Set(scored.flatMap((one) => scoredLayers(one).map(({ seed }) => seed)))]
  const turnings = new Map(
    scored.map((one) => [
      one,
      new Map(scoredLayers(one).map(({ layer, seed, turning }) => [`${seed} ${layer}`, turning])),
    ]),
  )
  const key = streamKey(sampleSeed, 0)
  let drawn = 0
  const draw = <Value>(values: readonly Value[]): Value[] =>
    values.map(() => values[mix(key + drawn++) % values.length]!)
  return Array.from({ length: samples }, () => {
    const pairs = draw(seeds).flatMap((seed) => draw(names).map((name) => `${seed} ${name}`))
    return candidates.map((candidate) => {
      const known = turnings.get(candidate as ScoredCandidate)
      const found = pairs.flatMap((pair) => known?.get(pair) ?? [])
      return found.length === 0 ? candidate : { ...candidate, score: scoreOf(found, target) }
    })
  })
}

/** The bounds of the middle 80 %. */
function middleOf(values: readonly number[]): [low: number, high: number] {
  const ascending = [...values].sort((a, b) => a - b)
  const at = (part: number) => ascending[Math.round(part * (ascending.length - 1))]!
  return [at(0.1), at(0.9)]
}

interface Doubt {
  text: string
  /** True if the proposal is hardly one. */
  isGrave: boolean
}

function doubtsOn(candidates: readonly Candidate[], best: ScoredCandidate, share: number, agreement: number): Doubt[] {
  const { offset, spread } = best.score
  const doubts: Doubt[] = []
  const doubt = (text: string, isGrave = false) => doubts.push({ text, isGrave })
  const place = candidates.indexOf(best)
  const isBracketed = offset === 0 || between(candidates, best) !== best.value
  if (typeof best.value === 'number' && !isBracketed) {
    if (place === 0 && offset > 0) doubt('the best candidate is the smallest', true)
    if (place === candidates.length - 1 && offset < 0) doubt('the best candidate is the largest', true)
    const beyond = candidates[offset < 0 ? place + 1 : place - 1]
    if (beyond !== undefined && beyond.failure !== null)
      doubt(`the next ${offset < 0 ? 'larger' : 'smaller'} candidate does not train`, true)
  }
  if (!isBracketed && Math.abs(offset) > Math.log(near)) {
    const factor = Math.exp(Math.abs(offset)).toPrecision(2)
    doubt(`its layers turn ${factor} times ${offset < 0 ? 'less' : 'more'} than they should`, true)
  }
  if (spread > Math.log(near)) {
    doubt(`its layers do not turn alike: they differ by a factor of ${Math.exp(spread).toPrecision(2)}`)
  }
  if (agreement < unsure) {
    doubt(`another candidate is as good in ${Math.round(100 * (1 - agreement))} % of the samples`, agreement < hardly)
  }
  const measured = scoredLayers(best).length
  if (measured < fewest)
    doubt(`${measured} measured ${measured === 1 ? 'layer says' : 'layers say'} little about scatter`)
  if (share < shortest) doubt(`the short runs are ${(100 * share).toPrecision(2)} % of the whole`)
  return doubts
}
