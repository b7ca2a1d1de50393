import { LayerRotationError } from '../errors.js'
import { show } from '../validation/validate.js'

/**
 * The rotation that Layca's steps would reach if their directions were independent of each other: after t steps at a rate
 * of ρ the expected cosine distance to the initial weights is 1 - cos(atan ρ)^t, at changing rates 1 minus the product of
 * the cosines. Layers below this curve are held back; layers above it move in a consistent direction.
 *
 *     randomWalk([0.1, 0.1, 0.1])   // 0, 0.00496, 0.00990, 0.01481
 *
 * @param rates [steps]: ρ of each step, at least 0
 * @returns the rotation after 0, 1, 2 … steps, 0 … 1: [steps + 1]
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function randomWalk(rates: ArrayLike<number>): Float64Array {
  if (typeof (rates as ArrayLike<number> | null | undefined)?.length !== 'number' || typeof rates === 'string')
    throw new LayerRotationError('INVALID_CONFIG', 'randomWalk: rates is no list; expected the rate of each step')
  const rotation = new Float64Array(rates.length + 1)
  // cos(atan ρ) = (1 + ρ²)^(-1/2). A sum of logarithms is accurate for small rates, too.
  let logarithm = 0
  for (let step = 0; step < rates.length; step++) {
    const rate: unknown = rates[step]
    if (typeof rate !== 'number' || !(rate >= 0 && rate < Infinity)) {
      const message = `randomWalk: rates.${step} is ${show(rate)}; expected a finite number of at least 0`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    logarithm -= Math.log1p(rate ** 2) / 2
    rotation[step + 1] = -Math.expm1(logarithm)
  }
  return rotation
}
