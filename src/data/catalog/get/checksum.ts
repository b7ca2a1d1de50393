import { createHash, type Hash } from 'node:crypto'
import { basename } from 'node:path'
import { reading } from '../../../files/reading.js'
import { openRegular } from '../../../files/regular-file.js'
import type { DataWork } from '../../progress.js'
import { throwIfInterrupted } from '../../interrupted.js'
import type { PublishedFile } from '../../data-set.js'

/**
 * Tells whether the file at `path`, which is known to exist, has the bytes that were published.
 *
 * @throws {LayerRotationError} INVALID_FILE if it cannot be read; INTERRUPTED
 */
export async function hasChecksum(path: string, file: PublishedFile, work: DataWork): Promise<boolean> {
  const hash = createHash(file.checksum.algorithm)
  const bytes = await reading(path, () => hashUpTo(file.bytes, path, hash, work))
  return bytes === file.bytes && hash.digest('hex') === file.checksum.digest
}

/** Hashes a file. @returns the number of bytes that were read: more than `bytes` if the file is longer */
async function hashUpTo(bytes: number, path: string, hash: Hash, work: DataWork): Promise<number> {
  let done = 0
  const handle = await openRegular(path) // which its stream closes
  for await (const part of handle.createReadStream({ highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    throwIfInterrupted(work.signal, `checking ${path}`)
    done += part.length
    if (done > bytes) return done
    hash.update(part)
    work.onProgress?.({ step: 'checking', subject: basename(path), done, total: bytes, unit: 'bytes' })
  }
  return done
}
