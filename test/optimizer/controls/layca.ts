import { layca, type LaycaConfig } from '../../../src/optimizer/controls/layca.js'
import { adam } from '../../../src/optimizer/rules/adam.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { combine, dot, norm, vector, type Vector } from '../../native/support/vectors.js'
import { someRule, type ControlProof } from '../control-proof.js'
import { unitByUnit } from '../reference/units.js'

/**
 * The five steps of Layca in section 4 of arXiv 1806.01603v2: s is the rule's descent step, which is subtracted, so
 * it is -u. Returns W.
 */
function turn(weights: Vector, update: Vector, rho: number): Float64Array {
  const n = norm(weights)
  let s = vector(update.length, (i) => -update[i]!)
  s = combine(1, s, -dot(s, weights) / n ** 2, weights)
  const length = norm(s)
  const factor = length <= 1e-7 ? 0 : n / length
  const moved = combine(1, weights, -rho * factor, s)
  const restore = n / norm(moved)
  return vector(moved.length, (i) => moved[i]! * restore)
}

export default {
  made: [
    [layca(someRule), { type: 'layca', rule: someRule, per: 'layer' }],
    [layca(adam(), { per: 'neuron' }), { type: 'layca', rule: adam(), per: 'neuron' }],
  ],
  trains: 'weights of layers',
  cases: {
    layca: (rule) => layca(rule),
    'layca by neuron': (rule) => layca(rule, { per: 'neuron' }),
  },
  reference: ({ per }, layer) => unitByUnit(per, layer, () => turn),
  refused: [[() => layca(sgd(), { per: 'row' as 'layer' }), 'layca: per is "row"; expected one of layer, neuron']],
  labels: [
    [layca(sgd()), 'Layca', 'Layca on SGD, no momentum'],
    [layca(someRule), 'Layca (momentum 0.9)', 'Layca on SGD, momentum 0.9'],
    [layca(adam(), { per: 'neuron' }), 'Layca Adam (per neuron)', 'Layca (per neuron) on Adam'],
  ],
} satisfies ControlProof<LaycaConfig>
