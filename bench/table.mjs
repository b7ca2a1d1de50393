/**
 * Formats rows in columns padded to their widest cell, the first aligned to the left, the others to the right.
 * @param {readonly (readonly string[])[]} rows the first is the header
 */
export function table(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (/** @type {readonly string[]} */ row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  const [header = [], ...body] = rows.map(line)
  return [header, '-'.repeat(header.length), ...body].join('\n')
}

/**
 * Formats a summary as median (lower quartile–upper quartile).
 * @param {import('./statistics.mjs').Summary} summary
 * @param {number} digits
 */
export function spread({ median, lowerQuartile, upperQuartile }, digits) {
  return `${median.toFixed(digits)} (${lowerQuartile.toFixed(digits)}–${upperQuartile.toFixed(digits)})`
}
