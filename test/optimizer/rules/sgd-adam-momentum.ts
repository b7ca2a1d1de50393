import { combine, vector, type Vector } from '../../native/support/vectors.js'
import type { ReferenceRule } from './rule.js'

/** SGD_AMom of PAPER.md 3: v <- m·v + (1-m)·g, w <- w - rate·v, without bias correction. */
export function sgdAdamMomentum({ momentum }: { momentum: number }, size: number): ReferenceRule {
  let velocity: Vector = new Float64Array(size)
  return (gradient, rate) => {
    velocity = combine(momentum, velocity, 1 - momentum, gradient)
    return vector(size, (i) => -rate * velocity[i]!)
  }
}
