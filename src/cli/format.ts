/** Duration in words, from seconds: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}

/** Accuracy in 0 … 1 as a percentage with two decimals: `96.75 %`. */
export function percent(accuracy: number): string {
  return `${(100 * accuracy).toFixed(2)} %`
}

/** Learning rate or loss to four significant digits: `0.1111`, `0.003704`, `2.5e-7`. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const rounded = Number(value.toPrecision(4))
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded)
}

/** Cosine distance in 0 … 2 with three decimals: `0.898`. */
export function cosineDistance(value: number): string {
  return value.toFixed(3)
}

/** Bytes in millions with one decimal: `170.1`. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

/** `1 layer`, `2 layers`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
