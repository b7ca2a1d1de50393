import { LayerRotationError } from '../errors.js'
import { show } from './validate.js'

/** Checks that a program gave a function. @throws {LayerRotationError} INVALID_CONFIG */
export function requireFunction(value: unknown, subject: string): void {
  if (typeof value === 'function') return
  throw new LayerRotationError('INVALID_CONFIG', `${subject} is ${show(value)}; expected a function`)
}

/**
 * A value that a function of the user returned instead of a number, in words. A promise, which an async function returns, is
 * not waited for; its rejection must not end the process.
 */
export function returned(value: unknown): string {
  if (!(value instanceof Promise)) return show(value)
  value.catch(() => undefined)
  return 'a promise'
}
