import { rmsprop, type RmspropConfig } from '../../../src/optimizer/rules/rmsprop.js'
import { vector, type Vector } from '../../native/support/vectors.js'
import { largeEpsilon, type ReferenceRule, type RuleProof } from '../rule-proof.js'

/** Keras's: a <- rho·a + (1-rho)·g², w <- w - rate·g / (√a + epsilon). */
function reference({ rho, epsilon }: { rho: number; epsilon: number }, size: number): ReferenceRule {
  let average: Vector = new Float64Array(size)
  return (gradient, rate) => {
    average = vector(size, (i) => rho * average[i]! + (1 - rho) * gradient[i]! ** 2)
    return vector(size, (i) => (-rate * gradient[i]!) / (Math.sqrt(average[i]!) + epsilon))
  }
}

export default {
  usual: [rmsprop(), { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 }],
  cases: {
    rmsprop: rmsprop({ epsilon: largeEpsilon }),
    'rmsprop, other rho': rmsprop({ rho: 0.99, epsilon: 1e-7 }),
  },
  formulas: ['rmsprop'],
  reference,
  refused: [
    [() => rmsprop({ rho: 1 }), 'rmsprop: rho is 1; expected a number below 1'],
    [() => rmsprop({ epsilon: -1e-7 }), 'rmsprop: epsilon is -1e-7; expected a number above 0'],
    [() => rmsprop({ alpha: 0.9 } as object), 'rmsprop: unknown key "alpha"; expected type, rho, epsilon'],
  ],
  labels: [[rmsprop({ rho: 0.99 }), 'RMSprop (rho 0.99)', 'RMSprop, rho 0.99']],
  baseline: {
    rmsprop: [rmsprop(), 'plain', 1e-3],
    'rmsprop behind batch norm': [rmsprop({ epsilon: 1e-3 }), 'paper', 1e-3],
  },
} satisfies RuleProof<RmspropConfig>
