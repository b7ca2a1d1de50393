import type { z } from 'zod'

/** An entry of a registry: the schema of one `type` of config, beside what else belongs to that type. */
interface Entry {
  schema: z.ZodObject<{ type: z.ZodLiteral<string> }>
}

/** The schemas of a registry's entries, in its order, as `z.discriminatedUnion` takes them. */
export function schemasOf<const Entries extends readonly Entry[]>(
  entries: Entries,
): { [Index in keyof Entries]: Entries[Index]['schema'] } {
  return entries.map(({ schema }) => schema) as { [Index in keyof Entries]: Entries[Index]['schema'] }
}

/** The entry of a config's type. */
export function entryOf<Type extends Entry>(entries: readonly Type[], { type }: { type: string }): Type {
  return entries.find(({ schema }) => schema.shape.type.value === type)!
}
