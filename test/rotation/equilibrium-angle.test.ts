import { describe, expect, test } from 'vitest'
import { adamWEquilibriumAngle, sgdEquilibriumAngle } from '../../src/rotation/equilibrium-angle.js'
import { normals } from '../native/support/random.js'

const dimensions = 300
const settling = 6000
const measured = 2000

/**
 * The root mean square angle of a step in equilibrium, in doubles: weights that only count by their direction, under
 * gradients that are random in it.
 *
 * @param rule makes of the gradient, in place, what is added to the weights
 */
function simulate(rule: (gradient: Float64Array, weights: Float64Array, step: number) => void): number {
  const weights = Float64Array.from(normals(dimensions, 0))
  let squares = 0
  for (let step = 1; step <= settling + measured; step++) {
    const before = weights.slice()
    const norm = Math.hypot(...before)
    const gradient = Float64Array.from(normals(dimensions, step))
    // Orthogonal to the weights, and inversely proportional to their norm.
    const along = dot(gradient, before) / norm ** 2
    for (let i = 0; i < dimensions; i++) gradient[i] = (gradient[i]! - along * before[i]!) / norm
    rule(gradient, before, step)
    for (let i = 0; i < dimensions; i++) weights[i]! += gradient[i]!
    if (step > settling) squares += Math.acos(dot(before, weights) / (norm * Math.hypot(...weights))) ** 2
  }
  return Math.sqrt(squares / measured)
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

describe('the equilibrium angle', () => {
  test.each([
    [0.1, 0.01, 0],
    [0.5, 0.002, 0.5],
    [0.1, 0.01, 0.9],
  ])('of SGD at a rate of %f, decay %f and momentum %f is that of a simulation', (rate, decay, momentum) => {
    const velocity = new Float64Array(dimensions)
    const angle = simulate((gradient, weights) => {
      for (let i = 0; i < dimensions; i++) {
        velocity[i] = momentum * velocity[i]! + gradient[i]! + decay * weights[i]!
        gradient[i] = -rate * velocity[i]!
      }
    })
    expect(angle / sgdEquilibriumAngle({ rate, decay, momentum })).toBeCloseTo(1, 1.5)
  })

  test.each([
    [0.01, 0.1, 0.9],
    [0.002, 0.5, 0.5],
  ])('of AdamW at a rate of %f, decay %f and beta1 %f is that of a simulation', (rate, decay, beta1) => {
    const [m, v] = [new Float64Array(dimensions), new Float64Array(dimensions)]
    const beta2 = 0.99
    const angle = simulate((gradient, weights, step) => {
      for (let i = 0; i < dimensions; i++) {
        m[i] = beta1 * m[i]! + (1 - beta1) * gradient[i]!
        v[i] = beta2 * v[i]! + (1 - beta2) * gradient[i]! ** 2
        const direction = m[i]! / (1 - beta1 ** step) / (Math.sqrt(v[i]! / (1 - beta2 ** step)) + 1e-8)
        gradient[i] = -rate * (direction + decay * weights[i]!)
      }
    })
    expect(angle / adamWEquilibriumAngle({ rate, decay, beta1 })).toBeCloseTo(1, 1.5)
  })

  // The paper's SGD with L2: w 1e-3 at a rate of 1/3; 5e-4 at 0.5; 5e-4 at 0.1 with momentum 0.9.
  test.each([
    [{ rate: 1 / 3, decay: 2e-3 }, 0.0365],
    [{ rate: 0.5, decay: 1e-3 }, 0.0316],
    [{ rate: 0.1, decay: 1e-3, momentum: 0.9 }, 0.0103],
  ])('of %j is %f', (options, expected) => {
    expect(sgdEquilibriumAngle(options)).toBeCloseTo(expected, 4)
  })
})
