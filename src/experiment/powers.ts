const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A power with a plain exponent, `3^-2.5`, or one with a raised exponent as this package prints it, `3⁻²·⁵`. */
const pattern = /^(\d+(?:\.\d+)?)(?:\^([+-]?\d+(?:\.\d+)?)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:·[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?))$/u

/** A number behind the minus sign with which this package prints it, which is no hyphen: `−0.6`. */
const negative = /^−(\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i

/** The number that a text such as `3^-3`, `10^2`, `3⁻²·⁵` or `−0.6` stands for; undefined for other texts. */
export function numberIn(text: string): number | undefined {
  const [, magnitude] = negative.exec(text) ?? []
  if (magnitude !== undefined) return -Number(magnitude)
  const [, base, plain, raised] = pattern.exec(text.replace('^−', '^-')) ?? []
  if (base === undefined) return undefined
  const value = Number(base) ** Number(plain ?? lowered(raised!))
  return Number.isFinite(value) ? value : undefined
}

/** Replaces every text in a value that stands for a number so, in lists and in objects too. */
export function withPowers(value: unknown): unknown {
  if (typeof value === 'string') return numberIn(value) ?? value
  if (Array.isArray(value)) return value.map(withPowers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPowers(inner)]))
}

const lowered = (raised: string): string =>
  [...raised].map((c) => (c === '⁻' ? '-' : c === '⁺' ? '+' : c === '·' ? '.' : String(digits.indexOf(c)))).join('')
