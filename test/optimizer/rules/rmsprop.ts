import { vector, type Vector } from '../../native/support/vectors.js'
import type { ReferenceRule } from './rule.js'

/** Keras's: a <- rho·a + (1-rho)·g², w <- w - rate·g / (√a + epsilon). */
export function rmsprop({ rho, epsilon }: { rho: number; epsilon: number }, size: number): ReferenceRule {
  let average: Vector = new Float64Array(size)
  return (gradient, rate) => {
    average = vector(size, (i) => rho * average[i]! + (1 - rho) * gradient[i]! ** 2)
    return vector(size, (i) => (-rate * gradient[i]!) / (Math.sqrt(average[i]!) + epsilon))
  }
}
