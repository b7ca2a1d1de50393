import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CheckpointTensor } from '../../../src/checkpoints/checkpoint.js'
import { bandsOf } from '../../../src/checkpoints/distributed/chunk-grid.js'
import { gathered } from '../../../src/checkpoints/distributed/gathered.js'
import { ShardedTensor, type Chunk } from '../../../src/checkpoints/distributed/metadata.js'
import { elements } from '../../../src/shape.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const chunk = (offsets: number[], sizes: number[]): Chunk => ({
  offsets,
  sizes,
  place: { file: 'x', begin: 0, size: 0 },
})

/** The chunks of a tensor that is cut at some places in each dimension. */
function grid(shape: readonly number[], cuts: readonly (readonly number[])[]): Chunk[] {
  return shape.reduce<Chunk[]>(
    (chunks, size, i) =>
      chunks.flatMap(({ offsets, sizes }) =>
        [0, ...cuts[i]!].map((begin, j) => {
          const end = cuts[i]![j] ?? size
          return chunk([...offsets, begin], [...sizes, end - begin])
        }),
      ),
    [chunk([], [])],
  )
}

/** The numbers of a block's elements, in row-major order, where those of a tensor of `shape` count from 0. */
function numbersIn({ offsets, sizes }: Chunk, shape: readonly number[]): Float64Array {
  const numbers = new Float64Array(elements(sizes))
  numbers.forEach((_, i) => {
    let number = 0
    for (let d = shape.length - 1, left = i, stride = 1; d >= 0; d--) {
      number += (offsets[d]! + (left % sizes[d]!)) * stride
      left = Math.floor(left / sizes[d]!)
      stride *= shape[d]!
    }
    numbers[i] = number
  })
  return numbers
}

/** Writes the chunks of a tensor whose elements count from 0, in an order of their own, and reads them back. */
async function readBack(shape: readonly number[], chunks: readonly Chunk[]): Promise<Float64Array> {
  const stored = new Map<Chunk, CheckpointTensor>()
  const folder = temporaryFolder()
  chunks.forEach((one, i) => {
    const file = join(folder, String(i))
    writeFileSync(file, Buffer.concat([Buffer.alloc(7), Buffer.from(numbersIn(one, shape).buffer)]))
    stored.set(one, { name: 'w', shape: one.sizes, type: 'F64', file, offset: 7 })
  })
  const bands = bandsOf(new ShardedTensor(shape, [...chunks].reverse()))!
  const parts: Uint8Array[] = []
  for await (const part of gathered(shape, bands, stored)) parts.push(Uint8Array.from(part))
  return new Float64Array(Uint8Array.from(Buffer.concat(parts)).buffer)
}

test.each<[string, number[], number[][]]>([
  ['rows', [7, 3], [[2, 5], []]],
  ['columns', [3, 7], [[], [1, 2]]],
  ['rows and columns', [5, 6], [[3], [2, 4]]],
  ['the middle dimension', [2, 6, 3], [[], [4], []]],
  ['the last dimension', [2, 3, 5], [[], [], [2]]],
  ['every dimension', [4, 3, 2, 3], [[1], [2], [1], [1, 2]]],
  ['no dimension', [4, 3], [[], []]],
])('a tensor that is split along %s is put together', async (_, shape, cuts) => {
  const found = await readBack(shape, grid(shape, cuts))
  expect([...found]).toEqual(Array.from({ length: elements(shape) }, (_, i) => i))
})

test('rows that take more than a stretch are put together part by part', async () => {
  const shape = [5, 2 ** 20]
  const found = await readBack(shape, grid(shape, [[], [2 ** 19 + 1]]))
  expect(found).toHaveLength(elements(shape))
  expect(found.every((number, i) => number === i)).toBe(true)
})

describe('chunks are no tensor', () => {
  test.each<[string, number[], Chunk[]]>([
    ['that overlap', [4, 2], [chunk([0, 0], [3, 2]), chunk([2, 0], [2, 2])]],
    ['with a gap', [4, 2], [chunk([0, 0], [1, 2]), chunk([2, 0], [2, 2])]],
    ['that end too early', [4, 2], [chunk([0, 0], [2, 2])]],
    ['that begin too late', [4, 2], [chunk([1, 0], [3, 2])]],
    ['twice', [4, 2], [chunk([0, 0], [4, 2]), chunk([0, 0], [4, 2])]],
    ['in a ragged order', [2, 4], [chunk([0, 0], [1, 4]), chunk([1, 0], [1, 2]), chunk([1, 2], [1, 2])]],
    ['of none', [2, 4], []],
  ])('%s', (_, shape, chunks) => {
    expect(bandsOf(new ShardedTensor(shape, chunks))).toBeUndefined()
  })
})
