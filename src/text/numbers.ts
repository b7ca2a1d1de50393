/** A fraction as percent with two decimals; '–' where nothing was measured. */
export const percent = (fraction: number | null | undefined): string => decimals(scaled(fraction, 100), 2)

/** A fixed number of decimals, with a proper minus sign; '–' where nothing was measured. */
export function decimals(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : minus(value.toFixed(digits))
}

/** As `decimals`, with the sign always. */
export function signed(value: number | null | undefined, digits: number): string {
  const text = decimals(value, digits)
  return Number(value?.toFixed(digits)) > 0 ? `+${text}` : text.replace(/^−(0(\.0*)?)$/, '$1')
}

/** Three significant digits. */
export function significant(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  return Number.isFinite(value) ? minus(value.toPrecision(3)) : String(value)
}

/** 74 -> '1 min 14 s' */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 10) return `${seconds.toFixed(1)} s`
  if (whole < 60) return `${whole} s`
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`
}

/** 60000 -> '60,000' */
export const grouped = (count: number): string => count.toLocaleString('en')

const scaled = (value: number | null | undefined, by: number) => (typeof value === 'number' ? value * by : value)
const minus = (text: string) => text.replace('-', '−')
