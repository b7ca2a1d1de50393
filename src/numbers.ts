/**
 * Every number that people read, in the terminal, in reports, in figures and in run.log. There is one rule for each kind of
 * number; the exact values are in the files of a run.
 */

/** Stands for a number that does not exist, such as the test accuracy of a run without test images. */
const none = '–'

type Missing = null | undefined

/** A fixed number of decimals, with a proper minus sign: `−0.25`; `–` if there is no number. */
export function decimals(value: number | Missing, digits: number): string {
  return value === null || value === undefined || Number.isNaN(value) ? none : minus(value.toFixed(digits))
}

/** A difference: `decimals` with a plus sign where it is positive: `+0.08`, `−0.65`, `0.00`. */
export function signed(value: number | Missing, digits: number): string {
  const text = decimals(value, digits)
  return Number(value?.toFixed(digits)) > 0 ? `+${text}` : text.replace(/^−(0(\.0*)?)$/, '$1')
}

/**
 * A number that may have any magnitude, such as a loss or the learning rate of a step: four significant digits without
 * trailing zeros, with an exponent below 1e-4: `0.1111`, `2.5`, `0.003704`, `2.5e-7`; `–` if there is no number.
 */
export function significant(value: number | Missing): string {
  if (value === null || value === undefined) return none
  if (!Number.isFinite(value)) return String(value)
  const rounded = Number(value.toPrecision(4))
  return minus(rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded))
}

/**
 * A learning rate that an experiment sets, as the paper writes it: a power of three if its exponent has at most one decimal;
 * otherwise four significant digits. A whole negative exponent may be off by 0.1 %, because people write 0.037 for 3⁻³; others
 * are exact, because 0.08 is not 3⁻²·³, though as near.
 *
 *     rateLabel(3 ** -2.5)   // '3⁻²·⁵'
 *     rateLabel(0.1)         // '0.1'
 */
export function rateLabel(rate: number): string {
  const exponent = Math.log(rate) / Math.log(3)
  const rounded = Math.round(exponent * 10) / 10
  const isWhole = Number.isInteger(rounded)
  const isPower = Math.abs(exponent - rounded) < (isWhole ? 1e-3 : 1e-9) && (rounded < 0 || !isWhole)
  if (!isPower) return significant(rate)
  return `3${[...String(rounded)].map((character) => superscript[character]).join('')}`
}

/** A measured fraction, such as an accuracy: `96.75 %`; `–` if there is no number. */
export function percent(fraction: number | Missing): string {
  const text = percentOf(fraction)
  return text === none ? none : `${text} %`
}

/** The number of `percent` alone, for a table whose heading says %: `96.75`. */
export const percentOf = (fraction: number | Missing): string =>
  decimals(typeof fraction === 'number' ? 100 * fraction : fraction, 2)

/** A fraction that an experiment sets, such as the share of images that validate: `10 %`, `33.33 %`. */
export const share = (fraction: number): string => `${significant(100 * fraction)} %`

/** A rotation, 0 … 2: `0.898`; `–` if there is no number. */
export const cosineDistance = (value: number | Missing): string => decimals(value, 3)

/** A mean and its standard deviation, each in the words of `text`: `96.48 ± 0.12`; the mean alone without a deviation. */
export function plusMinus(
  summary: { mean: number; deviation: number | null } | null,
  text: (value: number | Missing) => string,
): string {
  if (summary === null) return none
  return summary.deviation === null ? text(summary.mean) : `${text(summary.mean)} ± ${text(summary.deviation)}`
}

/** A count, in groups of three digits, and what it counts: `60,000`, `1 layer`, `2.5 epochs`; at most two decimals. */
export function count(number: number, noun?: string): string {
  const text = number.toLocaleString('en', { maximumFractionDigits: 2 })
  return noun === undefined ? text : `${text} ${noun}${number === 1 ? '' : 's'}`
}

/** A duration in seconds, in at most two units: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `5 d 03 h`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 72 * 60) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`
  const hours = Math.round(seconds / 3600)
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`
}

/** Bytes of files, in decimal units as disks and networks count them: `0.2 MB`, `170.1 MB`, `2.5 GB`. */
export function bytes(number: number): string {
  return number < 999.95e6 ? `${decimals(number / 1e6, 1)} MB` : `${decimals(number / 1e9, 1)} GB`
}

/** Bytes of memory, in binary units as `nvidia-smi` and `free` count them: `79 GiB`. */
export const memory = (number: number): string => `${decimals(number / 2 ** 30, 0)} GiB`

const superscript: Record<string, string> = {
  '-': '⁻',
  '.': '·',
  0: '⁰',
  1: '¹',
  2: '²',
  3: '³',
  4: '⁴',
  5: '⁵',
  6: '⁶',
  7: '⁷',
  8: '⁸',
  9: '⁹',
}

/** Replaces a leading hyphen by a minus sign; that of an exponent stays, as programs write it. */
const minus = (text: string): string => text.replace(/^-/, '−')

const twoDigits = (number: number): string => String(number).padStart(2, '0')
