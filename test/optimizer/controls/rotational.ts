import { rotational, type RotationalConfig } from '../../../src/optimizer/controls/rotational.js'
import { rmsprop } from '../../../src/optimizer/rules/rmsprop.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { combine, dot, norm, vector, type Vector } from '../../native/support/vectors.js'
import { someRule, type ControlProof } from '../control-proof.js'
import { unitByUnit } from '../reference/units.js'

/** Tangential parts that are this much shorter than the whole count as none. */
const rounding = 2e-5

/**
 * Algorithm 1 of arXiv 2305.17212 for one neuron, or one layer: the tangential update, divided by the root of the average of
 * its squares, both without the rate, turns the weights by atan(rate) on average.
 */
function turning(decay: number) {
  let t = 0
  let average = 0
  return (weights: Vector, update: Vector, rate: number, initialNorm: number): Float64Array => {
    const projected = combine(1, update, -dot(update, weights) / dot(weights, weights), weights)
    const tangential = norm(projected) <= rounding * norm(update) ? new Float64Array(update.length) : projected
    if (rate === 0) return new Float64Array(weights)
    t++
    average = decay * average + ((1 - decay) * dot(tangential, tangential)) / rate ** 2
    const rootMeanSquare = Math.sqrt(average / (1 - decay ** t))
    if (norm(tangential) === 0) return new Float64Array(weights)
    const moved = combine(1, weights, initialNorm / rootMeanSquare, tangential)
    const restore = initialNorm / norm(moved)
    return vector(moved.length, (i) => moved[i]! * restore)
  }
}

export default {
  made: [
    [rotational(someRule), { type: 'rotational', rule: someRule, per: 'neuron', decay: 0.99 }],
    [
      rotational(rmsprop(), { per: 'layer', decay: 0 }),
      { type: 'rotational', rule: rmsprop(), per: 'layer', decay: 0 },
    ],
  ],
  trains: 'weights of layers',
  cases: {
    rotational: (rule) => rotational(rule),
    'rotational by layer': (rule) => rotational(rule, { per: 'layer', decay: 0.9 }),
  },
  reference: ({ per, decay }, layer) => unitByUnit(per, layer, () => turning(decay)),
  refused: [[() => rotational(someRule, { decay: 1 }), 'rotational: decay is 1; expected a number below 1']],
  labels: [
    [
      rotational(sgd(), { per: 'layer', decay: 0.9 }),
      'Rotational (per layer, decay 0.9)',
      'Rotational (per layer, decay 0.9) on SGD, no momentum',
    ],
  ],
} satisfies ControlProof<RotationalConfig>
