const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A power with a plain exponent, `3^-2.5`, or one with a raised exponent as this package prints it, `3⁻²·⁵`. */
const pattern = /^(\d+(?:\.\d+)?)(?:\^([+-]?\d+(?:\.\d+)?)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:·[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?))$/u

/** The number that a text such as `3^-3`, `10^2` or `3⁻²·⁵` stands for; undefined if it is no power. */
export function powerOf(text: string): number | undefined {
  const [, base, plain, raised] = pattern.exec(text) ?? []
  if (base === undefined) return undefined
  const value = Number(base) ** Number(plain ?? lowered(raised!))
  return Number.isFinite(value) ? value : undefined
}

/** Replaces every text in a value that is a power by its number, in lists and in objects too. */
export function withPowers(value: unknown): unknown {
  if (typeof value === 'string') return powerOf(value) ?? value
  if (Array.isArray(value)) return value.map(withPowers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPowers(inner)]))
}

const lowered = (raised: string): string =>
  [...raised].map((c) => (c === '⁻' ? '-' : c === '⁺' ? '+' : c === '·' ? '.' : String(digits.indexOf(c)))).join('')
