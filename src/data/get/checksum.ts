import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { DataWork } from '../progress.js'
import { throwIfInterrupted } from '../interrupted.js'
import type { PublishedFile } from '../published-sets.js'

/** Whether the file at `path`, which is known to exist, has the bytes that were published. */
export async function hasChecksum(path: string, { bytes, checksum }: PublishedFile, work: DataWork): Promise<boolean> {
  const hash = createHash(checksum.algorithm)
  let done = 0
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    throwIfInterrupted(work.signal, `checking ${path}`)
    done += part.length
    if (done > bytes) return false
    hash.update(part)
    work.onProgress?.({ step: 'checking', subject: basename(path), done, total: bytes, unit: 'bytes' })
  }
  return done === bytes && hash.digest('hex') === checksum.digest
}
