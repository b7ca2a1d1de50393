/** Mean and population deviation of bytes, from their histogram: exact up to one rounding whatever their number. */
export function pixelStatistics(pixels: Uint8Array): { mean: number; deviation: number } {
  const counts = new Float64Array(256)
  for (let i = 0; i < pixels.length; i++) counts[pixels[i]!]!++
  const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / pixels.length
  const variance = counts.reduce((sum, count, value) => sum + count * (value - mean) ** 2, 0) / pixels.length
  return { mean, deviation: Math.sqrt(variance) }
}
