import { combine, dot, norm, vector, type Vector } from './vectors.js'

/** SGD as section 3 of the paper and Keras have it, in fp64: what it adds to the weights of one layer, step by step. */
export class ReferenceSgd {
  private velocity: Float64Array

  constructor(
    size: number,
    private readonly momentum: number,
    private readonly nesterov: boolean,
  ) {
    this.velocity = new Float64Array(size)
  }

  /** The rate is inside the velocity, so that a change of the rate does not reach back into it. */
  update(gradient: Vector, rate: number): Float64Array {
    this.velocity = combine(this.momentum, this.velocity, -rate, gradient)
    return this.nesterov ? combine(this.momentum, this.velocity, -rate, gradient) : this.velocity
  }
}

/** One step of Layca as the paper writes it, in fp64: project, scale to the norm of the weights, apply, normalise. */
export function laycaStep(weights: Vector, update: Vector, rate: number, initialNorm: number): Float64Array {
  const tangential = combine(1, update, -dot(update, weights) / dot(weights, weights), weights)
  const turned = combine(1, weights, (rate * norm(weights)) / norm(tangential), tangential)
  const restore = initialNorm / norm(turned)
  return vector(turned.length, (i) => restore * turned[i]!)
}
