import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'
import { withRegular } from '../files/regular-file.js'
import { strictObject } from '../validation/strict-object.js'

export const fileStampSchema = strictObject({
  bytes: z.int().min(0),
  /** SHA-256 of these bytes, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits'),
})

/** The size and the content of a file when a checkpoint was written. */
export type FileStamp = z.output<typeof fileStampSchema>

/** Bytes that are hashed at a time; Node handles signals in between. */
const chunkSize = 2 ** 22

/** Returns the stamp of a file that consists of these arrays. */
export async function stampOf(arrays: readonly Uint8Array[]): Promise<FileStamp> {
  const hash = createHash('sha256')
  let bytes = 0
  for (const array of arrays) {
    for (let begin = 0; begin < array.length; begin += chunkSize) {
      if (begin > 0) await setImmediate()
      hash.update(array.subarray(begin, begin + chunkSize))
    }
    bytes += array.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/**
 * Requires that a file is what it was when a checkpoint was written.
 *
 * @param extent 'whole', or 'beginning' for a file that may have grown since
 * @param checkpoint folder of the checkpoint
 * @returns the hash of the bytes that it had
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED
 */
export async function requireStamp(
  path: string,
  { bytes, sha256 }: FileStamp,
  extent: 'whole' | 'beginning',
  checkpoint: string,
): Promise<Hash> {
  const refuse = (problem: string) => {
    const message = `${path} ${problem}. Restore the file, or remove ${checkpoint} to resume from an earlier checkpoint or from the start`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return reading(
    path,
    () =>
      withRegular(path, async (handle) => {
        const { size } = await handle.stat()
        if (extent === 'whole' && size !== bytes)
          refuse(`has ${size} bytes; expected the ${bytes} that it had at the checkpoint`)
        if (size < bytes) refuse(`has ${size} bytes; expected at least the ${bytes} that it had at the checkpoint`)
        const hash = await hashOf(handle, bytes)
        const digest = hash.copy().digest('hex')
        if (digest !== sha256)
          refuse(
            `has changed since the checkpoint: its first ${bytes} bytes have SHA-256 ${digest}; expected ${sha256}`,
          )
        return hash
      }),
    'a file that the checkpoint names',
  )
}

/** Hashes the first bytes of a file, which stays open. */
async function hashOf(handle: FileHandle, bytes: number): Promise<Hash> {
  const hash = createHash('sha256')
  if (bytes === 0) return hash
  const stream = handle.createReadStream({ start: 0, end: bytes - 1, highWaterMark: 2 ** 20, autoClose: false })
  for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk)
  return hash
}
