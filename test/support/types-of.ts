import { listed } from '../../src/validation/nearest.js'

interface Typed {
  shape: { type: { value: string } }
}

/** The types that a schema tells apart, as messages list them. */
export const typesOf = (schema: { options: readonly (Typed | { in: Typed })[] }): string =>
  listed(schema.options.map((option) => ('in' in option ? option.in : option).shape.type.value))
