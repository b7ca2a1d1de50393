import type { FileHandle } from 'node:fs/promises'
import { withRegular } from './regular-file.js'

/** The most bytes of a table, such as layers.csv, whose cells fit into memory. */
const largestTable = 2 ** 28

/**
 * Reads the text of a regular file that may come from anybody: UTF-8, of a bounded length, with or without a byte order mark.
 *
 * @param largest the most bytes that are read
 * @throws {Error} a system error, or an error that says what is wrong with the file
 */
export async function readText(file: string, largest: number = largestTable): Promise<string> {
  return withRegular(file, async (handle) => {
    const { size } = await handle.stat()
    if (size > largest) throw new Error(`it has ${size} bytes; expected at most ${largest}`)
    return decode(await firstBytes(handle, size))
  })
}

/** Reads `size` bytes, or fewer if the file ends before; of a file without a size at most one. */
async function firstBytes(handle: FileHandle, size: number): Promise<Uint8Array> {
  // A disk that fails shows only when something is read, of an empty file too.
  const bytes = new Uint8Array(Math.max(size, 1))
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, at)
    if (bytesRead === 0) return bytes.subarray(0, at)
    at += bytesRead
  }
  return bytes
}

function decode(bytes: Uint8Array): string {
  try {
    // The text counts as a part of a stream: a character is left out that a crash, or a process that still writes, cut off
    // at the end.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch (cause) {
    const [first, second] = bytes
    const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
    throw new Error(`it is ${isUtf16 ? 'UTF-16' : 'not UTF-8'} text; save it as UTF-8`, { cause })
  }
}
