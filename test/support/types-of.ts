/** The types that a schema tells apart, as messages list them. */
export const typesOf = (schema: { options: readonly { shape: { type: { value: string } } }[] }): string =>
  schema.options.map(({ shape }) => shape.type.value).join(', ')
