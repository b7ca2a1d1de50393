import { LayerRotationError } from '../errors.js'
import { expectedCustomName } from '../run/metrics-columns.js'

/**
 * The columns of metrics.csv in what onEpochEnd returned; none if that is no object of its own kind, such as the number that
 * `rows.push(row)` returns.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for a name or a value that cannot be recorded
 */
export function customColumns(returned: unknown): Record<string, number | null> | undefined {
  if (!isPlain(returned)) return undefined
  const entries = Object.entries(returned).filter(([, value]) => value !== undefined)
  for (const [name, value] of entries) {
    const shown = JSON.stringify(name.slice(0, 100))
    const expected = expectedCustomName(name)
    if (expected !== undefined) refuse(`the column ${shown}`, expected)
    if (value !== null && typeof value !== 'number') refuse(`${shown} of type ${typeof value}`, 'a number or null')
  }
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Record<string, number | null>)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function refuse(found: string, expected: string): never {
  throw new LayerRotationError('INVALID_CONFIG', `onEpochEnd returned ${found}; expected ${expected}`)
}
