/**
 * How often a kernel's PTX has an access of a number of bytes: by one number, or by a vector of numbers.
 * @typedef {Record<number, number>} Counts
 * @typedef {{ loads: Counts, stores: Counts, vectorLoads: Counts, vectorStores: Counts }} Accesses
 */

/**
 * The accesses to global memory of each kernel in a PTX text, by its mangled name. Loads of tables and settings count as
 * well.
 * @param {string} ptx
 * @returns {Map<string, Accesses>}
 */
export function accessesOf(ptx) {
  /** @type {Map<string, Accesses>} */
  const kernels = new Map()
  for (const [, name = '', body = ''] of ptx.matchAll(/\.entry (\w+)\([^]*?\n\{\n([^]*?)\n\}/g)) {
    /** @type {Accesses} */
    const accesses = { loads: {}, stores: {}, vectorLoads: {}, vectorStores: {} }
    for (const [, kind, modifiers = ''] of body.matchAll(/\b(ld|st)((?:\.\w+(?:::\w+)*)+)\s/g)) {
      // Without a state space an address is generic, as those of global memory mostly are.
      if (/\.(param|shared|local|const)\b/.test(modifiers)) continue
      const elements = Number(/\.v(\d)\b/.exec(modifiers)?.[1] ?? 1)
      const bytes = (elements * Number(/\d+$/.exec(modifiers)?.[0])) / 8
      const [one, vector] =
        kind === 'ld' ? [accesses.loads, accesses.vectorLoads] : [accesses.stores, accesses.vectorStores]
      const counts = elements > 1 ? vector : one
      counts[bytes] = (counts[bytes] ?? 0) + 1
    }
    kernels.set(name, accesses)
  }
  return kernels
}
