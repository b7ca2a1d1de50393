import { seedAxis, type StudyAxis } from '../../study/study-axes.js'
import { isRate } from '../../study/value-text.js'
import { fitLabels, widthOf } from '../fit-text.js'
import { labelExpression, titleExpression } from '../label-expression.js'
import { thin } from '../thin.js'

/** The positions of an axis's values along an axis of a figure. */
export interface AxisScale {
  /** Where a value stands: itself on an axis of numbers, otherwise its place. */
  positionOf: (place: number) => number
  isContinuous: boolean
  scale: { type: 'linear' | 'log'; domain: [number, number]; nice: false }
  axis: Ticks
}

interface Ticks {
  title: { signal: string }
  values: number[]
  labelExpr: string
  labelOverlap: false | 'greedy'
  labelAngle?: number
  labelAlign?: 'right'
}

/** The widest label in em, if it stands obliquely. */
const widestLabel = 12

/** Pixels of a tick's label. */
const textSize = 10.5

interface AxisScaleOptions {
  /** Pixels from one end to the other. */
  length: number
  /** Gives all values the same distance, whatever they are. */
  evenly?: boolean
  /** True for an axis whose labels are below each other. */
  vertical?: boolean
  /** Chooses the places of at most so many ticks; by default they are evenly spread over the values. */
  ticksAt?: (most: number) => number[]
}

/**
 * Scales an axis of a study: logarithmically for learning rates and powers, linearly for other numbers, and evenly for names and
 * for powers with 0 among them.
 */
export function axisScale(
  study: StudyAxis,
  { length, evenly = false, vertical = false, ticksAt }: AxisScaleOptions,
): AxisScale {
  const kind = evenly ? 'places' : kindOf(study)
  const numbers = study.values.map(Number)
  const positionOf = (place: number) => (kind === 'places' ? place : numbers[place]!)
  const positions = study.values.map((_, place) => positionOf(place))
  const scale = {
    type: kind === 'log' ? ('log' as const) : ('linear' as const),
    domain: domainOf(kind, positions),
    nice: false as const,
  }
  return {
    positionOf,
    isContinuous: kind !== 'places',
    scale,
    axis: ticks(study, positions, { length, vertical, ticksAt }),
  }
}

type Kind = 'log' | 'linear' | 'places'

function kindOf({ name, values, isNumeric }: StudyAxis): Kind {
  if (!isNumeric) return 'places'
  const numbers = values.map(Number)
  const positive = numbers.filter((value) => value > 0)
  const byFactors = name !== seedAxis && positive.length > 1 && areFactors(name, positive)
  if (byFactors && numbers[0]! > 0) return 'log'
  return byFactors && numbers[0] === 0 ? 'places' : 'linear'
}

/** @param numbers positive and ascending */
function areFactors(name: string, numbers: readonly number[]): boolean {
  const ratios = numbers.slice(1).map((value, i) => value / numbers[i]!)
  const isGeometric = ratios.length > 1 && ratios.every((ratio) => Math.abs(ratio / ratios[0]! - 1) < 0.01)
  return isRate(name) || isGeometric || numbers.at(-1)! / numbers[0]! >= 50
}

function domainOf(kind: Kind, positions: readonly number[]): [number, number] {
  const [low, high] = [positions[0]!, positions.at(-1)!]
  if (kind === 'places') return [low - 0.5, high + 0.5]
  if (kind === 'log') {
    const factor = low === high ? 2 : (high / low) ** 0.06
    return [low / factor, high * factor]
  }
  const margin = low === high ? 1 : 0.06 * (high - low)
  return [low - margin, high + margin]
}

interface TickOptions {
  length: number
  vertical: boolean
  ticksAt: ((most: number) => number[]) | undefined
}

/** Ticks at the values, or at some of them if their labels would touch; long labels below an axis stand obliquely. */
function ticks(
  { title, labels }: StudyAxis,
  positions: readonly number[],
  { length, vertical, ticksAt = (most) => thin(labels.length, most) }: TickOptions,
): Ticks {
  const widest = labels.reduce((most, text) => Math.max(most, widthOf(text)), 0) * textSize
  const beside = vertical ? 0 : Math.floor(length / (widest + 10))
  const isOblique = !vertical && beside < Math.min(labels.length, 3)
  const fitted = vertical || isOblique ? fitLabels(labels, widestLabel) : labels
  const shown = ticksAt(vertical || isOblique ? Math.floor(length / (1.5 * textSize)) : beside)
  const values = shown.map((place) => positions[place]!)
  const labelExpr = labelExpression(
    shown.map((place) => fitted[place]!),
    `indexof(${JSON.stringify(values)}, datum.value)`,
  )
  const angle = isOblique ? { labelAngle: -40, labelAlign: 'right' as const } : {}
  // The boxes around oblique labels overlap, though the labels do not.
  return { title: titleExpression(title), values, labelExpr, labelOverlap: isOblique ? false : 'greedy', ...angle }
}
