import { LayerRotationError } from '../errors.js'
import { endOfString } from './json-string.js'

/** The deepest nesting of JSON that is read: nothing of this package is as deep. */
const deepest = 500

/** The most values of JSON that is read: the longest tables of an experiment have a third of them. */
const mostValues = 2 ** 23

/**
 * Checks that JSON takes a bounded multiple of its text in memory: a list or a value may take two bytes of text and fifty of
 * memory, and if that runs out, the process ends. Brackets and commas within texts do not count.
 *
 * @param file its path, for the error
 * @throws {LayerRotationError} INVALID_FILE, with the position in the text
 */
export function requireBounded(text: string, file: string): void {
  const fail = (problem: string, position: number) => {
    throw new LayerRotationError('INVALID_FILE', `${file} cannot be read: position ${position}: ${problem}`)
  }
  let depth = 0
  let values = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case code('"'):
        i = endOfString(text, i) - 1
        break
      case code('['):
      case code('{'):
        values++
        depth++
        break
      case code(']'):
      case code('}'):
        depth--
        break
      case code(','):
        values++
    }
    if (depth > deepest) fail(`it nests deeper than ${deepest} levels`, i)
    if (values > mostValues) fail(`it has more than ${mostValues} values`, i)
  }
}

const code = (character: string): number => character.charCodeAt(0)
