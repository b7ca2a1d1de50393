import { decades } from '../decades.js'
import { domainUpTo } from '../rotation-axis.js'
import { thin } from '../thin.js'
import { isCosineDistance, isShare } from './quantities.js'

/** The range of a figure's vertical axis: that of the values, or a given one. */
export type AxisRange = 'fitted' | readonly [low: number, high: number]

/** A vertical axis. */
export interface PrintScale {
  type: 'linear' | 'log'
  domain: [number, number]
  ticks?: number[]
  /** The smallest value that has a place. */
  least: number
}

/** The factor from which on positive values get a logarithmic axis. */
const wide = 20

/** The smallest range of a linear axis, relative to its values. */
const leastRange = 0.05

/** The most ticks of a logarithmic axis. */
const mostTicks = 7

/**
 * The vertical axis of a quantity: rotations from 0 to 1, others fitted; logarithmic if the values differ by factors of more
 * than 20.
 *
 * @param values that are drawn, of all panels
 */
export function printScale(quantity: string, values: readonly number[], axis: AxisRange | undefined): PrintScale {
  const finite = values.filter(Number.isFinite)
  const largest = finite.reduce((a, b) => Math.max(a, b), -Infinity)
  const smallest = finite.reduce((a, b) => Math.min(a, b), Infinity)
  const linear = (low: number, high: number): PrintScale => ({ type: 'linear', domain: [low, high], least: -Infinity })
  if (typeof axis === 'object') return linear(...axis)
  if (finite.length === 0) return linear(0, 1)
  if (isCosineDistance(quantity)) {
    if (axis === undefined) return linear(...domainUpTo(largest))
    return fitted(smallest, largest)
  }
  const positive = finite.filter((value) => value > 0).reduce((a, b) => Math.min(a, b), Infinity)
  // A rate or a gradient may be 0 at single steps, which have no place on a logarithmic axis.
  if (!isShare(quantity) && smallest >= 0 && largest / positive > wide && positive < Infinity) {
    const domain: [number, number] = [positive / 1.2, largest * 1.2]
    const ticks = decades(domain)
    return {
      type: 'log',
      domain,

      ticks: thin(ticks.length, mostTicks).map((i) => ticks[i]!),
      least: positive / 1.2,
    }
  }
  return fitted(smallest, largest)
}

function fitted(smallest: number, largest: number): PrintScale {
  // A quantity that stays the same up to rounding is to look like that.
  const least = Math.max(Math.abs(largest), Math.abs(smallest)) * leastRange || 1
  const beside = Math.max(0, least - (largest - smallest)) / 2
  const margin = beside + (largest - smallest) * 0.04
  return { type: 'linear', domain: [smallest === 0 ? 0 : smallest - margin, largest + margin], least: -Infinity }
}
