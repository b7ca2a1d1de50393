import { adam, type AdamConfig } from '../../../src/optimizer/rules/adam.js'
import { combine, vector, type Vector } from '../../native/support/vectors.js'
import { largeEpsilon, type ReferenceRule, type RuleProof } from '../rule-proof.js'

/**
 * Algorithm 1 of arXiv 1412.6980, or with epsilonHat the reordering at the end of its section 2, which Keras has; AMSGrad as
 * torch.optim has it: the largest second moment so far, before the bias is corrected.
 */
export function adamReference(config: Omit<AdamConfig, 'type'>, size: number): ReferenceRule {
  const { beta1, beta2, epsilon, epsilonHat, amsgrad } = config
  let t = 0
  let first: Vector = new Float64Array(size)
  let second: Vector = new Float64Array(size)
  const largest = new Float64Array(size)
  return (gradient, rate) => {
    t++
    first = combine(beta1, first, 1 - beta1, gradient)
    second = vector(size, (i) => beta2 * second[i]! + (1 - beta2) * gradient[i]! ** 2)
    largest.forEach((value, i) => (largest[i] = Math.max(value, second[i]!)))
    const moment = amsgrad ? largest : second
    const correction1 = 1 - beta1 ** t
    const correction2 = 1 - beta2 ** t
    return vector(size, (i) =>
      epsilonHat
        ? (-((rate * Math.sqrt(correction2)) / correction1) * first[i]!) / (Math.sqrt(moment[i]!) + epsilon)
        : (-rate * (first[i]! / correction1)) / (Math.sqrt(moment[i]! / correction2) + epsilon),
    )
  }
}

const epsilon = 1e-3

export default {
  usual: [adam(), { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, epsilonHat: true, amsgrad: false }],
  cases: {
    'adam, epsilon hat': adam({ epsilon: largeEpsilon }),
    'adam, plain epsilon': adam({ epsilon: largeEpsilon, epsilonHat: false }),
    'adam, other betas': adam({ beta1: 0.5, beta2: 0.9, epsilon: 1e-7 }),
    'amsgrad, epsilon hat': adam({ epsilon: largeEpsilon, amsgrad: true }),
    'amsgrad, plain epsilon': adam({ epsilon: largeEpsilon, epsilonHat: false, amsgrad: true }),
  },
  formulas: ['adam, epsilon hat', 'amsgrad, plain epsilon'],
  reference: adamReference,
  refused: [
    [() => adam({ beta1: 1 }), 'adam: beta1 is 1; expected a number below 1'],
    [() => adam({ beta2: -1 }), 'adam: beta2 is -1; expected at least 0'],
    [() => adam({ epsilon: 0 }), 'adam: epsilon is 0; expected a number above 0'],
    [() => adam({ beta3: 0.9 } as object), 'adam: unknown key "beta3"; did you mean "beta1"?'],
  ],
  labels: [
    [adam(), 'Adam', 'Adam'],
    [
      adam({ epsilon: 1e-8, epsilonHat: false, amsgrad: true }),
      "Adam (epsilon 1e-8, PyTorch's epsilon, AMSGrad)",
      "Adam, epsilon 1e-8, PyTorch's epsilon, AMSGrad",
    ],
  ],
  baseline: {
    adam: [adam(), 'plain', 1e-3],
    'adam behind batch norm': [adam({ epsilon }), 'paper', 1e-3],
    "adam with PyTorch's epsilon": [adam({ epsilon, epsilonHat: false }), 'paper', 1e-3],
    amsgrad: [adam({ amsgrad: true }), 'plain', 1e-3],
  },
} satisfies RuleProof<AdamConfig>
