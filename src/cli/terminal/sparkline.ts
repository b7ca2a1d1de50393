const blocks = [...'▁▂▃▄▅▆▇█']

/**
 * A curve of block characters in one row, at most `columns` wide. If there are more values than columns, a column shows the
 * mean of the values that fall into it.
 *
 * @param range lowest and highest value of the scale; by default those of the values shown
 *
 * @example
 * sparkline([0, 0.3, 0.5, 0.8, 1], 5)      // '▁▃▅▇█'
 * sparkline([0, 1, 2, 3], 2)               // '▁█'
 */
export function sparkline(values: readonly number[], columns: number, range?: readonly [number, number]): string {
  const means = resample(values.filter(Number.isFinite), columns)
  const [low, high] = range ?? [Math.min(...means), Math.max(...means)]
  return means
    .map((mean) => {
      const height = high > low ? (mean - low) / (high - low) : 0
      return blocks[Math.min(blocks.length - 1, Math.max(0, Math.round(height * (blocks.length - 1))))]
    })
    .join('')
}

function resample(values: readonly number[], columns: number): readonly number[] {
  if (values.length <= columns) return values
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns)
    const part = values.slice(from, Math.floor(((column + 1) * values.length) / columns))
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}
