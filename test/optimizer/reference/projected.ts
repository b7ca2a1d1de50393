import { combine, dot, norm, type Vector } from '../../native/support/vectors.js'
import { joined, rows } from './rows.js'

/**
 * As the authors' code of SGDP and AdamP decides (github.com/clovaai/AdamP): by neuron, else by layer, the step loses its
 * part along the weights where gradient and weights are nearly orthogonal. `update` comes back as it is where they are not.
 */
export function projected(
  weights: Vector,
  gradient: Vector,
  update: Vector,
  rowSize: number,
  delta: number,
): { update: Float64Array; isProjected: boolean } {
  for (const size of [rowSize, weights.length]) {
    const [w, g, u] = [rows(weights, size), rows(gradient, size), rows(update, size)]
    const cosines = w.map((row, i) => Math.abs(dot(row, g[i]!)) / (norm(row) * norm(g[i]!)))
    if (Math.max(...cosines) < delta / Math.sqrt(size)) {
      const tangential = w.map((row, i) => combine(1, u[i]!, -dot(u[i]!, row) / dot(row, row), row))
      return { update: joined(tangential), isProjected: true }
    }
  }
  return { update: new Float64Array(update), isProjected: false }
}
