import { dot, norm, type Vector } from './vectors.js'

/**
 * The singular values of a matrix, largest first, by Jacobi's rotations of its rows in fp64 (Golub and Van Loan, Matrix
 * Computations, 8.6.3): when the rows are orthogonal, their lengths are the values.
 *
 * @param rows [m] of n numbers each
 */
export function singularValues(rows: readonly Vector[]): number[] {
  const matrix = rows.map((row) => Float64Array.from(row))
  for (let sweep = 0; sweep < 60; sweep++) {
    let largest = 0
    for (let i = 0; i < matrix.length; i++) {
      for (let j = i + 1; j < matrix.length; j++) largest = Math.max(largest, orthogonalize(matrix[i]!, matrix[j]!))
    }
    if (largest < 1e-14) break
  }
  return matrix.map(norm).sort((a, b) => b - a)
}

/** Rotates two rows so that they are orthogonal. @returns the cosine of their angle before */
function orthogonalize(x: Float64Array, y: Float64Array): number {
  const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)]
  if (xy === 0) return 0
  const zeta = (yy - xx) / (2 * xy)
  const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
  const cosine = 1 / Math.hypot(1, tangent)
  for (let k = 0; k < x.length; k++) {
    const [a, b] = [x[k]!, y[k]!]
    x[k] = cosine * (a - tangent * b)
    y[k] = cosine * (b + tangent * a)
  }
  return Math.abs(xy) / Math.sqrt(xx * yy)
}
