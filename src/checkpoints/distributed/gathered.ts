import type { FileHandle } from 'node:fs/promises'
import { fill } from '../../files/read-exactly.js'
import { openRegular } from '../../files/regular-file.js'
import { elements } from '../../shape.js'
import type { CheckpointTensor } from '../checkpoint.js'
import { bytesOf } from '../stored-types.js'
import { bytesOfStretch } from '../stretch.js'
import type { Band } from './chunk-grid.js'
import type { Chunk } from './metadata.js'

/** The bytes that are put together at a time, unless a row has more. */
const stretchBytes = 2 ** 24

/**
 * The bytes of a tensor's elements in row-major order, from the chunks of its bands.
 *
 * @param stored the places of the chunks' elements, all of one type
 * @throws {LayerRotationError} INVALID_FILE for a file that has become shorter
 * @throws system errors as they are
 */
export async function* gathered(
  shape: readonly number[],
  bands: readonly Band[],
  stored: ReadonlyMap<Chunk, CheckpointTensor>,
): AsyncGenerator<Uint8Array> {
  for (const band of bands) {
    const [first] = band.chunks as [Chunk]
    if (band.chunks.length > 1) yield* woven(shape, band, stored)
    else {
      const { file, offset, shape: part, type } = stored.get(first)!
      yield* bytesOfStretch(file, { begin: offset, size: elements(part) * bytesOf[type] })
    }
  }
}

/** The bytes of a band of which each row is in several chunks. */
async function* woven(
  shape: readonly number[],
  { begin, end, chunks }: Band,
  stored: ReadonlyMap<Chunk, CheckpointTensor>,
): AsyncGenerator<Uint8Array> {
  const width = bytesOf[stored.get(chunks[0]!)!.type]
  const rowBytes = (sizes: readonly number[]) => elements(sizes.slice(1)) * width
  const most = Math.max(1, Math.floor(stretchBytes / rowBytes(shape)))
  for (let row = begin; row < end; row += most) {
    const rows = Math.min(most, end - row)
    const to = Buffer.alloc(rows * rowBytes(shape))
    for (const chunk of chunks) {
      const { file, offset } = stored.get(chunk)!
      const size = rowBytes(chunk.sizes)
      const from = await stretchOf(file, offset + (row - begin) * size, rows * size)
      placeBlock(from, to, {
        sizes: [rows, ...chunk.sizes.slice(1)],
        offsets: [0, ...chunk.offsets.slice(1)],
        shape: [rows, ...shape.slice(1)],
        width,
      })
    }
    yield to
  }
}

async function stretchOf(file: string, position: number, length: number): Promise<Buffer> {
  const handle: FileHandle = await openRegular(file)
  try {
    const bytes = Buffer.alloc(length)
    await fill(handle, bytes, file, position)
    return bytes
  } finally {
    await handle.close().catch(() => undefined)
  }
}

/** A block of a tensor of `shape`, whose elements take `width` bytes. */
interface Block {
  sizes: readonly number[]
  offsets: readonly number[]
  shape: readonly number[]
  width: number
}

/** Copies a block to its place in a tensor, both in row-major order. */
function placeBlock(from: Buffer, to: Buffer, { sizes, offsets, shape, width }: Block): void {
  const strides = shape.map((_, i) => width * elements(shape.slice(i + 1)))
  // Elements behind the last dimension of which the block has only a part are one stretch in both.
  const cut = sizes.findLastIndex((size, i) => size !== shape[i])
  const run = width * elements(sizes.slice(cut))
  for (let read = 0; read < from.length; read += run) {
    let place = offsets[cut]! * strides[cut]!
    for (let i = cut - 1, number = read / run; i >= 0; i--) {
      place += (offsets[i]! + (number % sizes[i]!)) * strides[i]!
      number = Math.floor(number / sizes[i]!)
    }
    from.copy(to, place, read, read + run)
  }
}
