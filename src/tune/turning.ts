import type { RotationTable } from '../rotation/rotation-table.js'

/**
 * Steps in directions that are independent of each other multiply the expected cosine between a layer's weights and its initial
 * ones by the cosine of each step's angle. The negative logarithm of that cosine therefore grows in proportion to the steps: it
 * is the layer's turning, 0 at the start, 1 at a rotation of 0.63, 3 at 0.95.
 */
export function turningOf(rotation: number): number {
  return rotation >= 1 ? mostTurning : Math.min(mostTurning, -Math.log1p(-rotation))
}

/** The rotation that belongs to a turning. */
export const rotationOf = (turning: number): number => -Math.expm1(-turning)

/** The most turning that a rotation shows: a cosine of 0.0025 does not stand out from that of random directions. */
const mostTurning = 6

/** The most turning of a layer that still tells how it grows. */
const growing = 3

/** The part of the squared rates before the end over which growth is measured. */
const late = 1 / 4

/** Exponents that are believed: of layers that have come to rest, and of steps that mostly keep a direction. */
const [leastExponent, mostExponent] = [0, 1.5]

/** The fewest points of a line. */
const fewest = 3

/** A layer's turning in a short run and what follows from it for the whole one. */
export interface PredictedTurning {
  layer: string
  /** The rotation at the end of the short run. */
  rotation: number
  /** The power of the sum of squared rates with which the layer turns: 1 for steps in independent directions. */
  exponent: number
  /** The turning at the end of the whole run. */
  turning: number
}

/**
 * Predicts the turning of each layer at the end of a whole run from a run of `share` times its epochs, whose schedule is
 * shortened in proportion. With κ the turning and A the sum of squared rates so far, κ ∝ A^p; the whole run has A/share, so
 *
 *     κ(whole) = κ(short) · share^-p
 *
 * p is the slope of log κ over log A in the later part of the short run, as far as the layer's turning still shows, and from 0
 * to 1.5; it is 1, that of independent steps, if fewer than three epochs tell. Layers without a rotation are left out.
 *
 * @param rotation of the short run
 * @param rates [epochs]: the learning rate of each of its epochs
 * @param share above 0, at most 1
 */
export function predictTurning(rotation: RotationTable, rates: readonly number[], share: number): PredictedTurning[] {
  const squares = sums(rates.map((rate) => rate ** 2))
  return rotation.layers.flatMap((layer) => {
    const rotations = rotation.layer(layer)
    const last = rotations.at(-1) ?? NaN
    if (!(turningOf(last) > 0)) return []
    const points = rotation.epochs.flatMap((epoch, row) => {
      const [turning, square] = [turningOf(rotations[row]!), squares[epoch - 1]]
      const isTelling = turning > 0 && turning < growing && square !== undefined && square >= late * squares.at(-1)!
      return isTelling ? [{ x: Math.log(square), y: Math.log(turning) }] : []
    })
    const exponent = Math.min(mostExponent, Math.max(leastExponent, slope(points) ?? 1))
    return [{ layer, rotation: last, exponent, turning: turningOf(last) * share ** -exponent }]
  })
}

function sums(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => (sum += value))
}

/** The slope of the line of least squares; undefined for too few points, or points above each other. */
function slope(points: readonly { x: number; y: number }[]): number | undefined {
  const centre = (key: 'x' | 'y') => points.reduce((sum, point) => sum + point[key], 0) / points.length
  const [x, y] = [centre('x'), centre('y')]
  const product = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0)
  const square = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0)
  return points.length < fewest || square === 0 ? undefined : product / square
}
