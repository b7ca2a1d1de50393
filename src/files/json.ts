import { LayerRotationError } from '../errors.js'
import { printable, printableLines } from '../printable.js'
import { requireBounded } from './json-size.js'
import { endOfString } from './json-string.js'

/** The text of a JSON file, indented so that people can read it, in a terminal too: control characters are JSON's escapes. */
export const json = (value: unknown): string => `${printableLines(JSON.stringify(value, null, 2))}\n`

/**
 * Parses the text of a JSON file. A key that stands twice in an object is refused: JSON.parse would drop all but the last.
 *
 * @param file its path, for the error
 * @throws {LayerRotationError} INVALID_FILE
 */
export function parseJson(text: string, file: string): unknown {
  requireBounded(text, file)
  const invalid = (problem: string, cause?: unknown) =>
    new LayerRotationError('INVALID_FILE', `${file} is not valid JSON: ${problem}`, { cause })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(printable((cause as Error).message), cause)
  }
  const repeated = repeatedKey(text)
  if (repeated === undefined) return value
  const line = text.slice(0, repeated.at).split('\n').length
  throw invalid(`line ${line}: the key ${repeated.key} stands twice in one object; remove one`)
}

/** Finds the first key that stands twice in an object. @param text valid JSON @returns the key in quotes and its index */
function repeatedKey(text: string): { key: string; at: number } | undefined {
  /** The keys so far of each object around the present place; null for a list. */
  const around: (Set<string> | null)[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '{') around.push(new Set())
    else if (character === '[') around.push(null)
    else if (character === '}' || character === ']') around.pop()
    else if (character === '"') {
      const end = endOfString(text, i)
      if (isKey(text, end)) {
        const keys = around.at(-1)!
        const key = text.slice(i, end)
        const name = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1)
        if (keys.has(name)) return { key, at: i }
        keys.add(name)
      }
      i = end - 1
    }
  }
  return undefined
}

/** Tells whether a colon follows the string that ends at `end`. */
function isKey(text: string, end: number): boolean {
  let i = end
  while (/\s/.test(text[i] ?? '')) i++
  return text[i] === ':'
}
