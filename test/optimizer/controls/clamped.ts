import { clamped, type ClampedConfig } from '../../../src/optimizer/controls/clamped.js'
import { adam } from '../../../src/optimizer/rules/adam.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { angleBetween, combine, dot, norm, type Vector } from '../../native/support/vectors.js'
import { someRule, type ControlProof } from '../control-proof.js'
import { joined, rows } from '../reference/units.js'

/** Steps of this length or less, and tangential parts of this share or less, count as none. */
const [shortest, rounding] = [1e-7, 2e-5]

/** The weights of a unit after a step d whose size is kept between floor and ceiling. */
function bounded({ quantity, floor, ceiling }: ClampedConfig, w: Vector, d: Vector): Float64Array {
  const whole = combine(1, w, 1, d)
  if (norm(d) <= shortest || norm(w) === 0) return whole
  const clamp = (size: number) => Math.max(floor, Math.min(size, ceiling ?? Infinity))
  if (quantity === 'relativeUpdate') {
    const size = norm(d) / norm(w)
    return combine(1, w, clamp(size) / size, d)
  }
  const tangential = combine(1, d, -dot(d, w) / dot(w, w), w)
  if (norm(tangential) <= Math.max(shortest, rounding * norm(d))) return whole
  const angle = angleBetween(whole, w)
  const wanted = clamp(angle)
  if (wanted === angle) return whole
  const along = dot(whole, w) / norm(w)
  const length = along > 0 ? along : norm(w)
  return combine(length / norm(w), w, (length * Math.tan(wanted)) / norm(tangential), tangential)
}

const usual = { type: 'clamped', rule: someRule, quantity: 'angle', floor: 0, ceiling: null, per: 'layer' } as const

export default {
  made: [
    [clamped(someRule), usual],
    [
      clamped(someRule, { floor: 0.01, ceiling: 0.01, per: 'neuron' }),
      { ...usual, floor: 0.01, ceiling: 0.01, per: 'neuron' },
    ],
    [
      clamped(someRule, { quantity: 'relativeUpdate', ceiling: 2 }),
      { ...usual, quantity: 'relativeUpdate', ceiling: 2 },
    ],
  ],
  trains: 'everything',
  cases: {
    clamped: (rule) => clamped(rule, { floor: 2e-3, ceiling: 6e-3 }),
    'clamped by neuron': (rule) => clamped(rule, { floor: 2e-3, ceiling: 6e-3, per: 'neuron' }),
    'clamped relative update': (rule) =>
      clamped(rule, { quantity: 'relativeUpdate', floor: 2e-3, ceiling: 6e-3, per: 'neuron' }),
  },
  reference: (config, { initial, rowSize }) => ({
    apply({ weights, update, shrinkage }) {
      const size = config.per === 'neuron' ? rowSize : initial.length
      const steps = rows(combine(1, update, -shrinkage, weights), size)
      return joined(rows(weights, size).map((w, i) => bounded(config, w, steps[i]!)))
    },
  }),
  refused: [
    [() => clamped(someRule, { ceiling: 0 }), 'clamped: ceiling is 0; expected a number above 0'],
    [
      () => clamped(someRule, { floor: 0.2, ceiling: 0.1 }),
      'clamped: floor: the floor is above the ceiling; expected at most the ceiling',
    ],
    [
      () => clamped(someRule, { ceiling: 2 }),
      'clamped: quantity: an angle is bounded in radians, below π/2; expected a smaller floor and ceiling',
    ],
  ],
  labels: [
    [clamped(sgd(), { ceiling: 0.01 }), 'Clamped (ceiling 0.01)', 'Clamped (ceiling 0.01) on SGD, no momentum'],
    [
      clamped(adam(), { quantity: 'relativeUpdate', floor: 0.001, per: 'neuron' }),
      'Clamped Adam (relative update, floor 0.001, per neuron)',
      'Clamped (relative update, floor 0.001, per neuron) on Adam',
    ],
  ],
} satisfies ControlProof<ClampedConfig>
