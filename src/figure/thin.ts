/**
 * Indices of at most `limit` of `count` points, evenly spread, including the first and the last. A curve of 250 epochs in a
 * panel of 150 pixels looks the same with half of its points.
 */
export function thin(count: number, limit: number): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, i) => i)
  return Array.from({ length: limit }, (_, i) => Math.round((i * (count - 1)) / (limit - 1)))
}
