import { createHash, type Hash } from 'node:crypto'
import { basename } from 'node:path'
import { reading } from '../../../files/reading.js'
import { readParts, withRegular } from '../../../files/regular-file.js'
import type { DataWork } from '../../progress.js'
import { throwIfInterrupted } from '../../../interrupted.js'
import type { PublishedFile } from '../../data-set.js'

/**
 * Tells whether the file at `path`, which is known to exist, has the bytes that were published.
 *
 * @throws {LayerRotationError} READ_FAILED; INVALID_FILE if it is not a regular file; INTERRUPTED
 */
export async function hasChecksum(path: string, file: PublishedFile, work: DataWork): Promise<boolean> {
  const hash = createHash(file.checksum.algorithm)
  const bytes = await reading(path, () => hashUpTo(file.bytes, path, hash, work))
  return bytes === file.bytes && hash.digest('hex') === file.checksum.digest
}

/** Hashes a file. @returns the number of bytes that were read: more than `bytes` if the file is longer */
async function hashUpTo(bytes: number, path: string, hash: Hash, work: DataWork): Promise<number> {
  let done = 0
  return withRegular(path, async (handle) => {
    for await (const part of readParts(handle)) {
      throwIfInterrupted(work.signal, `checking ${path}`)
      done += part.length
      if (done > bytes) return done
      hash.update(part)
      work.onProgress?.({ step: 'checking', subject: basename(path), done, total: bytes, unit: 'bytes' })
    }
    return done
  })
}
