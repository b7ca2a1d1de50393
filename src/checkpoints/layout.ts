import { elements } from '../shape.js'

/**
 * The dimensions from the one that changes slowest to the fastest in memory; empty if they are in their order, undefined if the
 * elements do not fill a stretch without gaps.
 */
export function layoutOf(shape: readonly number[], strides: readonly number[]): number[] | undefined {
  const dimensions = shape.map((_, i) => i).filter((i) => shape[i]! !== 1)
  const order = [...dimensions].sort((a, b) => strides[b]! - strides[a]! || a - b)
  let expected = 1
  for (const i of [...order].reverse()) {
    if (strides[i] !== expected) return elements(shape) === 0 ? [] : undefined
    expected *= shape[i]!
  }
  return order.every((dimension, i) => dimension === dimensions[i]) ? [] : order
}
