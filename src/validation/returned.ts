/**
 * A value that a function of the user returned instead of a number, in words. A promise, which an async function returns, is
 * not waited for; its rejection must not end the process.
 */
export function returned(value: unknown): string {
  if (!(value instanceof Promise)) return String(value)
  value.catch(() => undefined)
  return 'a promise'
}
