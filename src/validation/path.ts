import { z } from 'zod'
import { validate } from './validate.js'

/** The path of a file or folder. An empty one is refused: it would mean the working folder, which nobody writes that way. */
export const pathSchema = z.string().min(1)

/**
 * Checks a path that a program gives to a public function.
 *
 * @param subject the function, and `name` its argument
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function requirePath(path: unknown, subject: string, name: string): void {
  validate(z.object({ [name]: pathSchema }), { [name]: path }, subject)
}
