/**
 * A Vega expression for one of some texts without line breaks. The texts are split from one string, because Vega takes a
 * string such as `"if"` or `"constructor"` for an identifier.
 *
 * @param index the expression for the index of the text
 */
export const labelExpression = (texts: readonly string[], index: string): string =>
  `split(${JSON.stringify(`${texts.join('\n')}\n`)}, "\\n")[${index}]`

/** A title that may be any text without line breaks, for an axis or a legend. */
export const titleExpression = (title: string): { signal: string } => ({ signal: labelExpression([title], '0') })
