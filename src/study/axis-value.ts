import { z } from 'zod'
import type { AxisValue } from './study-config.js'

/** The deepest nesting of lists and objects in a value. */
const deepest = 64

/** Tells whether JSON can hold a value. */
function isAxisValue(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return value === null || ['string', 'boolean'].includes(typeof value)
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)
  return isPlain && depth < deepest && Object.values(value).every((inner) => isAxisValue(inner, depth + 1))
}

/** The schema of a value on an axis. */
export const axisValueSchema = z.custom<AxisValue>(
  (value) => isAxisValue(value),
  'expected a finite number, a text, true, false, null, or a list or an object of these',
)
