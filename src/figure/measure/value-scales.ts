import type { ValueScale } from '../curves.js'
import { decades } from '../decades.js'
import { domainUpTo } from '../rotation-axis.js'
import { thin } from '../thin.js'

/** The rotation below which an axis to 1 would show a flat line. */
const smallRotation = 0.25

/** The scale of rotations: to 1 or more as in the paper, or to the largest one if that is small, as after a fine-tuning. */
export function rotationScale(values: readonly number[]): ValueScale {
  const largest = most(values)
  return { type: 'linear', domain: largest < smallRotation && largest > 0 ? [0, largest] : domainUpTo(largest) }
}

/** The scale from 0 of values that are at least 0. */
export function scaleFromZero(values: readonly number[]): ValueScale {
  return { type: 'linear', domain: [0, most(values) || 1] }
}

/** The factor from which on values get a logarithmic axis. */
const [wideRatios, wideUpdates] = [4, 10]

/** The scale of ratios around 1: logarithmic if they differ much. */
export function ratioScale(values: readonly number[]): ValueScale {
  const [low, high] = [least([1, ...values.filter((value) => value > 0)]), most([1, ...values])]
  if (high / low > wideRatios) return logarithmic(low / 1.1, high * 1.1)
  // A norm that hardly changes is to look like that.
  const margin = Math.max(0.005, (high - low) / 20)
  return { type: 'linear', domain: [low - margin, high + margin] }
}

/** The scale of relative updates: logarithmic if those that are not 0 differ much. */
export function updateScale(values: readonly number[]): ValueScale {
  const positive = values.filter((value) => value > 0)
  const [low, high] = [least(positive), most(positive)]
  return high / low > wideUpdates ? logarithmic(low / 1.2, high * 1.2) : scaleFromZero(values)
}

/** The most ticks of a logarithmic axis. */
const mostTicks = 9

function logarithmic(low: number, high: number): ValueScale {
  const ticks = decades([low, high])
  return { type: 'log', domain: [low, high], ticks: thin(ticks.length, mostTicks).map((i) => ticks[i]!) }
}

// Not Math.max(...values): a call takes no more than some 100,000 arguments.
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0)
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity)
