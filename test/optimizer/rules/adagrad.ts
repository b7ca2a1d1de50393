import { vector, type Vector } from '../../native/support/vectors.js'
import type { ReferenceRule } from './rule.js'

/** a <- a + g², w <- w - rate·g / (√a + epsilon). */
export function adagrad(
  { epsilon, initialAccumulator }: { epsilon: number; initialAccumulator: number },
  size: number,
): ReferenceRule {
  let sum: Vector = new Float64Array(size).fill(initialAccumulator)
  return (gradient, rate) => {
    sum = vector(size, (i) => sum[i]! + gradient[i]! ** 2)
    return vector(size, (i) => (-rate * gradient[i]!) / (Math.sqrt(sum[i]!) + epsilon))
  }
}
