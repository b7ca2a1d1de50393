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

/**
 * A learning rate as the paper writes it: a power of three where it is one (within 0.1 % of an exponent with one
 * decimal), with three significant digits otherwise.
 *
 *     rateLabel(3 ** -2.5)   // '3⁻²·⁵'
 *     rateLabel(0.1)         // '0.1'
 */
export function rateLabel(rate: number): string {
  const exponent = Math.log(rate) / Math.log(3)
  const rounded = Math.round(exponent * 10) / 10
  const isPower = Math.abs(exponent - rounded) < 1e-3 && (rounded < 0 || !Number.isInteger(rounded))
  if (!isPower) return String(Number(rate.toPrecision(3)))
  return `3${[...String(rounded)].map((character) => superscript[character]).join('')}`
}
