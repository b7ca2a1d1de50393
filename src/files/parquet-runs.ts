/**
 * Tells whether the runs of a Parquet page hold this number of values, before a reader that trusts them writes as many: a run
 * that claims 2²⁸ equal values takes six bytes. Each run begins with a variable-length number, 2n + 1 for 8n packed values and 2n
 * for one value repeated n times.
 *
 * @param bits of a value
 */
export function holdsRuns(bytes: Uint8Array, bits: number, values: number): boolean {
  if (bits > 32) return false
  let at = 0
  let held = 0
  while (held < values && at < bytes.length) {
    let run = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 21) return false
      run += (byte & 127) << shift
      if (byte < 128) break
    }
    const count = run >> 1
    held += run & 1 ? 8 * count : count
    at += run & 1 ? bits * count : Math.ceil(bits / 8)
    // Only packed runs come in eights, so that the last one may hold up to seven values too many.
    if (count === 0 || held > values + (run & 1 ? 7 : 0)) return false
  }
  return held >= values && at <= bytes.length
}
