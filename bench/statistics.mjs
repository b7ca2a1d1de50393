/**
 * @typedef {object} Summary
 * @property {number} median
 * @property {number} lowerQuartile
 * @property {number} upperQuartile
 * @property {number} min
 * @property {number} max
 * @property {number} samples their number
 */

/**
 * The quantile of the values, by linear interpolation between order statistics.
 * @param {readonly number[]} values at least one
 * @param {number} q 0 … 1
 */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b)
  const position = q * (sorted.length - 1)
  const below = /** @type {number} */ (sorted[Math.floor(position)])
  const above = /** @type {number} */ (sorted[Math.ceil(position)])
  return below + (above - below) * (position % 1)
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5)

/**
 * @param {readonly number[]} values
 * @returns {Summary}
 */
export function summarize(values) {
  return {
    median: median(values),
    lowerQuartile: quantile(values, 0.25),
    upperQuartile: quantile(values, 0.75),
    min: Math.min(...values),
    max: Math.max(...values),
    samples: values.length,
  }
}
