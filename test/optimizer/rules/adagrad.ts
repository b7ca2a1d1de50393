import { adagrad, type AdagradConfig } from '../../../src/optimizer/rules/adagrad.js'
import { vector, type Vector } from '../../native/support/vectors.js'
import { largeEpsilon, type ReferenceRule, type RuleProof } from '../rule-proof.js'

/** a <- a + g², w <- w - rate·g / (√a + epsilon). */
function reference(
  { epsilon, initialAccumulator }: { epsilon: number; initialAccumulator: number },
  size: number,
): ReferenceRule {
  let sum: Vector = new Float64Array(size).fill(initialAccumulator)
  return (gradient, rate) => {
    sum = vector(size, (i) => sum[i]! + gradient[i]! ** 2)
    return vector(size, (i) => (-rate * gradient[i]!) / (Math.sqrt(sum[i]!) + epsilon))
  }
}

export default {
  usual: [adagrad(), { type: 'adagrad', epsilon: 1e-7, initialAccumulator: 0 }],
  cases: {
    adagrad: adagrad({ epsilon: largeEpsilon }),
    'adagrad, initial accumulator': adagrad({ epsilon: 1e-7, initialAccumulator: 0.01 }),
  },
  reference,
  refused: [[() => adagrad({ initialAccumulator: -1 }), 'adagrad: initialAccumulator is -1; expected at least 0']],
  labels: [[adagrad({ initialAccumulator: 0.1 }), 'Adagrad (accumulator from 0.1)', 'Adagrad, accumulator from 0.1']],
  baseline: {
    adagrad: [adagrad(), 'plain', 1e-2],
    'adagrad behind batch norm': [adagrad({ initialAccumulator: 0.1 }), 'paper', 1e-2],
  },
} satisfies RuleProof<AdagradConfig>
