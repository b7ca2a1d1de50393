/** The share of what was measured in percent: `96.70 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

/** A rotation: `0.896`. */
export const rotation = (value: number): string => value.toFixed(3)

/** A number with three digits that count: `0.0123`, `12.3`, `1.23e-7`. */
export function significant(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e5 || size < 1e-4) return value.toExponential(2).replace('-', '−')
  return String(Number(value.toPrecision(3))).replace('-', '−')
}

/** A position: `epoch 12`, `step 4,000`. */
export const positionText = (value: number, unit: string): string =>
  `${unit} ${Number(value.toFixed(2)).toLocaleString('en')}`

/** `examples_per_second` as words: `examples per second`. */
export const words = (column: string): string => column.replaceAll('_', ' ')
