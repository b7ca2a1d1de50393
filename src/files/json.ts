import { LayerRotationError } from '../errors.js'
import { printableLines } from '../printable.js'

/** The text of a JSON file, indented so that people can read it, in a terminal too: control characters are JSON's escapes. */
export const json = (value: unknown): string => `${printableLines(JSON.stringify(value, null, 2))}\n`

/** Parses the text of a JSON file. @param file its path, for the error @throws {LayerRotationError} INVALID_FILE */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LayerRotationError('INVALID_FILE', `${file} is not valid JSON: ${(cause as Error).message}`, { cause })
  }
}
