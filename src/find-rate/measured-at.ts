import { knownMean } from '../rotation/mean.js'
import type { RateSearch } from './rate-search.js'

/** The measurements of the step of a search whose rate is next to a given one. */
export interface MeasuredAt {
  smoothedLoss: number
  /** Means over the layers that have a direction: the angle of the step in radians, and the rotation so far. */
  angle: number
  rotation: number
}

/** Returns what a search of at least one step measured at a rate. */
export function measuredAt(search: RateSearch, rate: number): MeasuredAt {
  const { rates, smoothedLosses, angles, rotations, layers } = search
  const distance = (step: number) => Math.abs(Math.log(rates[step]! / rate))
  const step = rates.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0)
  const mean = (values: Float64Array) =>
    knownMean(values.subarray(step * layers.length, (step + 1) * layers.length)).mean
  return { smoothedLoss: smoothedLosses[step]!, angle: mean(angles), rotation: mean(rotations) }
}
