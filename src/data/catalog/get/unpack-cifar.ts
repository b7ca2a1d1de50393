import { rename, rm } from 'node:fs/promises'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writeFailed, writing } from '../../../files/write.js'
import { readCifarArchive } from '../../cifar/cifar-archive.js'
import type { CifarLayout } from '../../cifar/cifar-layout.js'
import { makeFolder } from '../../../files/make-folder.js'
import type { DataWork } from '../../progress.js'

/**
 * Unpacks the binary files of a CIFAR archive into `folder`, which appears when all are there. Their names and lengths
 * are those of the layout, not the archive's.
 *
 * @throws {LayerRotationError} INVALID_FILE, WRITE_FAILED
 */
export async function unpackCifar(
  archive: string,
  folder: string,
  layout: CifarLayout,
  { onProgress }: DataWork,
): Promise<void> {
  const part = `${folder}.part`
  await writing(part, () => rm(part, { recursive: true, force: true }))
  await makeFolder(part)
  const total = layout.train.length + layout.test.length
  let done = 0
  await readCifarArchive(archive, layout, ({ name }, bytes) => {
    writeFileSynced(join(part, name), bytes)
    done += 1
    onProgress?.({ step: 'unpacking', subject: basename(archive), done, total, unit: 'files' })
  })
  await writing(folder, () => rename(part, folder))
}

function writeFileSynced(path: string, bytes: Uint8Array): void {
  try {
    const file = openSync(path, 'wx')
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw writeFailed(path, error)
  }
}
