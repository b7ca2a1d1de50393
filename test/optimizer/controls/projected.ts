import { adamP, projected, sgdP, type ProjectedConfig } from '../../../src/optimizer/controls/projected.js'
import { adam } from '../../../src/optimizer/rules/adam.js'
import { rmsprop } from '../../../src/optimizer/rules/rmsprop.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { combine, dot, norm, type Vector } from '../../native/support/vectors.js'
import { someRule, type ControlProof } from '../control-proof.js'
import { joined, rows } from '../reference/units.js'

/**
 * The decision of the authors' code of SGDP and AdamP (github.com/clovaai/AdamP): by neuron, else by layer, the step loses its
 * part along the weights where gradient and weights are nearly orthogonal. Returns undefined where they are not.
 */
function projectedUpdate(weights: Vector, gradient: Vector, update: Vector, rowSize: number, delta: number) {
  for (const size of [rowSize, weights.length]) {
    const [w, g, u] = [rows(weights, size), rows(gradient, size), rows(update, size)]
    const cosines = w.map((row, i) => Math.abs(dot(row, g[i]!)) / (norm(row) * norm(g[i]!)))
    if (Math.max(...cosines) < delta / Math.sqrt(size)) {
      return joined(w.map((row, i) => combine(1, u[i]!, -dot(u[i]!, row) / dot(row, row), row)))
    }
  }
  return undefined
}

/** The rules of PyTorch. */
const pytorchSgd = { momentum: 0.9, rateInVelocity: false }
const pytorchAdam = { epsilon: 1e-8, epsilonHat: false }

export default {
  made: [
    [projected(someRule), { type: 'projected', rule: someRule, delta: 0.1, decayRatio: 0.1 }],
    [sgdP(), projected(sgd(pytorchSgd))],
    [adamP(), projected(adam(pytorchAdam))],
    [
      sgdP({ momentum: 0.8, nesterov: true, delta: 0.2 }),
      projected(sgd({ ...pytorchSgd, momentum: 0.8, nesterov: true }), { delta: 0.2 }),
    ],
    [adamP({ beta1: 0.8, decayRatio: 1 }), projected(adam({ ...pytorchAdam, beta1: 0.8 }), { decayRatio: 1 })],
  ],
  trains: 'everything',
  cases: {
    projected: (rule) => projected(rule),
    // So wide that random gradients are projected by neuron, by layer or not at all.
    'projected, wide': (rule) => projected(rule, { delta: 2 }),
  },
  reference: ({ delta, decayRatio }, { rowSize }) => ({
    apply({ weights, gradient, update, shrinkage }) {
      const kept = projectedUpdate(weights, gradient, update, rowSize, delta)
      return kept ? combine(1 - decayRatio * shrinkage, weights, 1, kept) : combine(1 - shrinkage, weights, 1, update)
    },
  }),
  refused: [
    [() => projected(someRule, { delta: -0.1 }), 'projected: delta is -0.1; expected at least 0'],
    [() => sgdP({ decayRatio: NaN }), 'projected: decayRatio is NaN; expected a finite number'],
    [() => adamP({ beta1: 1 }), 'adam: beta1 is 1; expected a number below 1'],
  ],
  labels: [
    [sgdP(), 'SGDP', "Projected on SGD, momentum 0.9, PyTorch's velocity"],
    [
      sgdP({ momentum: 0.8, delta: 0.2 }),
      'SGDP (momentum 0.8, delta 0.2)',
      "Projected (delta 0.2) on SGD, momentum 0.8, PyTorch's velocity",
    ],
    [adamP(), 'AdamP', "Projected on Adam, epsilon 1e-8, PyTorch's epsilon"],
    [projected(adam()), "AdamP (epsilon 1e-7, Keras's epsilon)", 'Projected on Adam'],
    [
      projected(rmsprop(), { decayRatio: 1 }),
      'Projected RMSprop (decay ratio 1)',
      'Projected (decay ratio 1) on RMSprop',
    ],
  ],
} satisfies ControlProof<ProjectedConfig>
