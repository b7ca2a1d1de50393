import { LayerRotationError } from '../errors.js'
import { requireBounded } from './json-size.js'

/** The text of a JSON file, indented so that people can read it. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Parses the text of a JSON file. @param file its path, for the error @throws {LayerRotationError} INVALID_FILE */
export function parseJson(text: string, file: string): unknown {
  requireBounded(text, file)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LayerRotationError('INVALID_FILE', `${file} is not valid JSON: ${(cause as Error).message}`, { cause })
  }
}
