import type { GradientClippingConfig } from '../../../src/optimizer/gradient-clipping.js'
import { norm, vector, type Vector } from '../../native/support/vectors.js'

/** The gradients of all parameters as clipping leaves them, in fp64. */
export function clipped(clipping: GradientClippingConfig | null | undefined, gradients: readonly Vector[]): Vector[] {
  if (!clipping) return [...gradients]
  const { max } = clipping
  if (clipping.type === 'clipValue') {
    return gradients.map((gradient) => vector(gradient.length, (i) => Math.max(-max, Math.min(max, gradient[i]!))))
  }
  const norms = gradients.map(norm)
  const together = Math.hypot(...norms)
  return gradients.map((gradient, i) => {
    const factor = Math.min(1, max / ((clipping.per === 'network' ? together : norms[i]!) + 1e-6))
    return vector(gradient.length, (j) => factor * gradient[j]!)
  })
}
