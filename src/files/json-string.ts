/**
 * Returns the index after the quote that ends the JSON string which begins at `begin`, or the end of the text if none does.
 */
export function endOfString(text: string, begin: number): number {
  let i = begin + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return Math.min(i + 1, text.length)
}
