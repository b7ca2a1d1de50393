import type { Chunk, ShardedTensor } from './metadata.js'

/** Consecutive rows of a tensor, and the chunks that they consist of. */
export interface Band {
  begin: number
  end: number
  chunks: readonly Chunk[]
}

/**
 * Divides a tensor into the bands of rows that its chunks make, from the first row to the last. The chunks must be the cells of a
 * grid, as sharding along any dimensions makes them.
 *
 * @returns undefined if they are no grid, overlap or leave gaps
 */
export function bandsOf({ shape, chunks }: ShardedTensor): Band[] | undefined {
  // Processes that have no part of a tensor write an empty chunk.
  const filled = shape.includes(0) ? chunks.slice(0, 1) : chunks.filter(({ sizes }) => !sizes.includes(0))
  const cuts = shape.map((size, i) => cutsOf(filled, i, size))
  const cells = cuts.reduce((product, { size }) => product * size, 1)
  const isCell = ({ offsets, sizes }: Chunk) =>
    cuts.every((ends, i) => ends.get(offsets[i]!) === offsets[i]! + sizes[i]!)
  const places = new Set(filled.map(({ offsets }) => offsets.join()))
  if (filled.length === 0 || filled.length !== cells || places.size !== cells || !filled.every(isCell)) return undefined
  if (cuts.some((ends) => !ends.has(0))) return undefined
  const rows = cuts[0] ?? new Map([[0, 1]])
  const bands = new Map(Array.from(rows, ([begin, end]) => [begin, { begin, end, chunks: [] as Chunk[] }]))
  for (const chunk of filled) bands.get(chunk.offsets[0] ?? 0)!.chunks.push(chunk)
  return [...bands.values()]
}

/** The places at which chunks begin in a dimension, ascending, each with that where the next one begins. */
function cutsOf(chunks: readonly Chunk[], dimension: number, size: number): Map<number, number> {
  const begins = [...new Set(chunks.map(({ offsets }) => offsets[dimension]!))].sort((a, b) => a - b)
  return new Map(begins.map((begin, i) => [begin, begins[i + 1] ?? size]))
}
