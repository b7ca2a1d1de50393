import { LayerRotationError } from '../errors.js'

/** The text of a file that people read, too. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** @param file that the text is of @throws {LayerRotationError} INVALID_FILE */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LayerRotationError('INVALID_FILE', `${file} is no JSON: ${(cause as Error).message}`, { cause })
  }
}
