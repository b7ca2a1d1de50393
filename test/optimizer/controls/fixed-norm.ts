import { fixedNorm, type FixedNormConfig } from '../../../src/optimizer/controls/fixed-norm.js'
import { adam } from '../../../src/optimizer/rules/adam.js'
import { combine, norm, vector, type Vector } from '../../native/support/vectors.js'
import { someRule, type ControlProof } from '../control-proof.js'
import { unitByUnit } from '../reference/units.js'

/** w' = |w0|·(w + rate·|w|·u/|u|) / |w + rate·|w|·u/|u||, and w where u is zero. */
function turn(weights: Vector, update: Vector, rate: number, initialNorm: number): Float64Array {
  const length = norm(update)
  if (length === 0) return new Float64Array(weights)
  const moved = combine(1, weights, (rate * norm(weights)) / length, update)
  const restore = initialNorm / norm(moved)
  return vector(moved.length, (i) => moved[i]! * restore)
}

export default {
  made: [[fixedNorm(someRule), { type: 'fixedNorm', rule: someRule, per: 'layer' }]],
  trains: 'weights of layers',
  cases: {
    fixedNorm: (rule) => fixedNorm(rule),
    'fixedNorm by neuron': (rule) => fixedNorm(rule, { per: 'neuron' }),
  },
  reference: ({ per }, layer) => unitByUnit(per, layer, () => turn),
  refused: [
    [() => fixedNorm(someRule, { norm: 1 } as object), 'fixedNorm: unknown key "norm"; expected type, rule, per'],
  ],
  labels: [[fixedNorm(adam()), 'Fixed norm Adam', 'Fixed norm on Adam']],
} satisfies ControlProof<FixedNormConfig>
