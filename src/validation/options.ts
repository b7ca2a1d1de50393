import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { validate } from './validate.js'

const schema = z.object({ options: z.record(z.string(), z.unknown()).optional() })

/**
 * Checks that options are an object with named values. A spread would leave out anything else without a word, such as the
 * 0.9 of `sgd(0.9)`, and a promise or a Map has no keys that an object schema could refuse.
 *
 * @param subject the function that takes them
 * @param first the key that the function takes as its first argument, which the options would replace
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function requireOptions(options: unknown, subject: string, first?: string): void {
  validate(schema, { options }, subject)
  if (first === undefined || options === undefined || !Object.hasOwn(options as object, first)) return
  const message = `${subject}: ${first} is the first argument and an option, too; expected it once`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
