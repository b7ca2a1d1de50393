import { readdirSync } from 'node:fs'
import type { z } from 'zod'

/** Entries of a registry, as far as they tell their type. */
type Registry = readonly { schema: { shape: { type: z.ZodLiteral<string> } } }[]

/**
 * The proofs of a registry's entries by type, in the order of the registry.
 *
 * @param folder beside this file, ending in a slash: it holds one file for each entry
 * @param typeOf the type that a proof is of
 * @throws {Error} if an entry has no file
 */
export async function proofsIn<Proof>(folder: string, registry: Registry, typeOf: (proof: Proof) => string) {
  const url = new URL(folder, import.meta.url)
  const found = new Map<string, Proof>()
  for (const file of readdirSync(url)) {
    const { default: proof } = (await import(new URL(file, url).href)) as { default: Proof }
    found.set(typeOf(proof), proof)
  }
  return new Map(
    registry.map(({ schema }) => {
      const type = schema.shape.type.value
      const proof = found.get(type)
      if (!proof) throw new Error(`${type} has no file in test/optimizer/${folder}`)
      return [type, proof]
    }),
  )
}
