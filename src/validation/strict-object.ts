import { z } from 'zod'
import { listed, nearest } from './nearest.js'

/** The most unknown keys of an object that are named. */
const most = 5

/** A zod object that accepts no other keys; the message about an unknown key names the nearest one. */
export function strictObject<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys, known) : undefined),
  })
}

/** Names unknown keys, with the nearest known one of each; for the others the known keys are listed, once. */
function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  const named = keys.slice(0, most).map((key) => ({ key, near: nearest(key, known) }))
  const parts = named.map(({ key, near }) => {
    const unknown = `unknown key ${JSON.stringify(key)}`
    return near === undefined ? unknown : `${unknown}; did you mean ${JSON.stringify(near)}?`
  })
  if (keys.length > most) parts.push(`and ${keys.length - most} more`)
  const text = parts.join('; ').replaceAll('?; ', '? ')
  if (known.length === 0 || named.every(({ near }) => near !== undefined)) return text
  return text.endsWith('?') ? `${text} Expected ${listed(known)}` : `${text}; expected ${listed(known)}`
}
