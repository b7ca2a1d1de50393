import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'

/** Bytes that are hashed at a time; Node handles signals in between. */
const chunkSize = 2 ** 22

/** Returns the SHA-256, in hex, of consecutive arrays. */
export async function sha256(arrays: readonly Uint8Array[]): Promise<string> {
  const hash = createHash('sha256')
  for (const bytes of arrays) {
    for (let begin = 0; begin < bytes.length; begin += chunkSize) {
      if (begin > 0) await setImmediate()
      hash.update(bytes.subarray(begin, begin + chunkSize))
    }
  }
  return hash.digest('hex')
}

/** Returns the SHA-256, in hex, of a text in UTF-8. */
export const sha256OfText = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Hashes a file, or its beginning.
 *
 * @param bytes the most bytes that are read
 * @throws {Error} a system error, or an error that says what is wrong with the file
 */
export async function hashFile(path: string, bytes = Infinity): Promise<Hash> {
  // Opening a pipe would wait for a writer.
  if (!(await stat(path)).isFile()) throw new Error('it is not a regular file')
  const hash = createHash('sha256')
  if (bytes === 0) return hash
  const stream = createReadStream(path, { end: bytes - 1, highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>
  for await (const chunk of stream) hash.update(chunk)
  return hash
}
