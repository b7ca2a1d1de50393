import { z } from 'zod'
import { suggestion } from './nearest.js'

/** A zod object that accepts no other keys; the message about an unknown key names the nearest one. */
export function strictObject<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined
      return issue.keys.map((key) => `unknown key ${JSON.stringify(key)}${suggestion(key, known)}`).join('; ')
    },
  })
}
