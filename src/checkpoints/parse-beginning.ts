import type { FileHandle } from 'node:fs/promises'
import { LayerRotationError } from '../errors.js'

/** The bytes that are read first: those of most beginnings. */
const firstRead = 2 ** 20

/**
 * Parses the beginning of a file that does not say how long it is, from ever more bytes until it is whole.
 *
 * @param most the most bytes of it
 * @param parse throws a LayerRotationError if the beginning is not valid, or not whole
 */
export async function parseBeginning<Result>(
  handle: FileHandle,
  most: number,
  parse: (bytes: Buffer) => Result,
): Promise<Result> {
  const { size } = await handle.stat()
  const longest = Math.min(size, most)
  for (let length = Math.min(longest, firstRead); ; length = Math.min(longest, 8 * length)) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
    try {
      return parse(buffer.subarray(0, bytesRead))
    } catch (error) {
      if (!(error instanceof LayerRotationError) || length === longest) throw error
    }
  }
}
