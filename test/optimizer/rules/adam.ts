import type { AdamConfig } from '../../../src/optimizer/rules/adam.js'
import { combine, vector, type Vector } from '../../native/support/vectors.js'
import type { ReferenceRule } from './rule.js'

/**
 * Algorithm 1 of arXiv 1412.6980, or with epsilonHat the reordering at the end of its section 2, which Keras has; AMSGrad as
 * torch.optim has it: the largest second moment so far, before the bias is corrected.
 */
export function adam(config: Omit<AdamConfig, 'type'>, size: number): ReferenceRule {
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
