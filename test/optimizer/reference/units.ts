import { norm, type Vector } from '../../native/support/vectors.js'
import type { ReferenceControl, ReferenceUnits } from '../control-proof.js'

/** The neurons of a layer: its weights in pieces of `size`. */
export function rows(weights: Vector, size: number): Float64Array[] {
  const all = new Float64Array(weights)
  return Array.from({ length: all.length / size }, (_, row) => all.subarray(row * size, (row + 1) * size))
}

export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** The weights of a unit after a step: of a layer, or of one of its neurons. */
type Turn = (weights: Vector, update: Vector, rate: number, initialNorm: number) => Float64Array

/** Turns each unit of a layer by itself, so that decoupled decay has nothing to do. `make` is called once for each unit. */
export function unitByUnit(
  per: 'layer' | 'neuron',
  { initial, rowSize }: ReferenceUnits,
  make: () => Turn,
): ReferenceControl {
  const size = per === 'neuron' ? rowSize : initial.length
  const units = rows(initial, size).map((row) => ({ initialNorm: norm(row), turn: make() }))
  return {
    apply({ weights, update, rate }) {
      const [w, u] = [rows(weights, size), rows(update, size)]
      return joined(units.map(({ turn, initialNorm }, i) => turn(w[i]!, u[i]!, rate, initialNorm)))
    },
  }
}
