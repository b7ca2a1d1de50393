import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { LayerRotationError } from '../../../errors.js'
import { isReadFailure, readFailed, reading } from '../../../files/reading.js'
import { withRegular } from '../../../files/regular-file.js'
import { writeFailed, writing } from '../../../files/write.js'
import { throwIfInterrupted } from '../../../interrupted.js'
import { makeFolder } from '../../../files/make-folder.js'
import type { DataWork } from '../../progress.js'
import { ZipReader } from '../../../files/zip-reader.js'

/** The most that an archive may hold. */
export interface ZipLimits {
  files: number
  /** The size of all files together, unpacked. */
  bytes: number
}

/**
 * Unpacks a zip archive whose entries are all in one folder; `folder`, of that name, appears when all of them are
 * there.
 *
 * @throws {LayerRotationError} INVALID_FILE for a broken archive, an entry elsewhere, a link, too many or too large files;
 *   READ_FAILED, WRITE_FAILED, INTERRUPTED
 */
export async function unpackZip(archive: string, folder: string, limits: ZipLimits, work: DataWork): Promise<void> {
  const part = `${folder}.part`
  await writing(part, () => rm(part, { recursive: true, force: true }))
  await makeFolder(part)
  await reading(archive, () =>
    withRegular(archive, async (handle) => {
      const { size } = await handle.stat()
      // yauzl checks names, too: it refuses absolute ones and those with a .. or a backslash.
      const options = { autoClose: false, strictFileNames: true }
      const reader = new ZipReader(handle, size)
      const zip = await parsing(archive, () => yauzl.fromRandomAccessReaderPromise(reader, size, options))
      if (zip.entryCount > limits.files)
        throw invalid(archive, `holds ${zip.entryCount} entries; expected at most ${limits.files}`)
      await unpackEntries(zip, archive, part, basename(folder), limits, work)
    }),
  )
  await writing(folder, () => rename(join(part, basename(folder)), folder))
  // An empty folder is all that stays if this fails, and the next call removes it.
  await rm(part, { recursive: true }).catch(() => undefined)
}

async function unpackEntries(
  zip: ZipFile,
  archive: string,
  part: string,
  root: string,
  limits: ZipLimits,
  { onProgress, signal }: DataWork,
): Promise<void> {
  let [done, bytes] = [0, 0]
  const names = new Map<string, 'file' | 'folder'>()
  const entries = zip.eachEntry()
  for (;;) {
    const { value: entry, done: end } = (await parsing(archive, () => entries.next())) as IteratorResult<
      Entry,
      undefined
    >
    if (end) break
    throwIfInterrupted(signal, `unpacking ${archive}`)
    const name = entry.fileName
    bytes += entry.uncompressedSize
    if (bytes > limits.bytes)
      throw invalid(archive, `unpacks to more than ${limits.bytes} bytes; expected the published archive`)
    if (!name.startsWith(`${root}/`)) throw invalid(archive, `holds ${JSON.stringify(name)}; expected all in ${root}/`)
    requirePlain(names, name, archive)
    if (isLink(entry)) throw invalid(archive, `holds the link ${JSON.stringify(name)}; expected files and folders`)
    await unpackEntry(zip, entry, archive, join(part, name))
    done += 1
    onProgress?.({ step: 'unpacking', subject: basename(archive), done, total: zip.entryCount, unit: 'files' })
  }
  if (done === 0) throw invalid(archive, 'is empty; expected the published archive')
}

/**
 * Refuses names that a file system would refuse, with an error that blames the archive and not the disk.
 *
 * @param names of the entries so far and of the folders that contain them, to which this one is added
 */
function requirePlain(names: Map<string, 'file' | 'folder'>, name: string, archive: string): void {
  const parts = name.split('/')
  const isFolder = parts.at(-1) === ''
  if (isFolder) parts.pop()
  // Control characters, including those of the Unicode block behind ASCII, only serve to deceive.
  const odd = parts.find((part) => part === '' || part === '.' || /\p{Cc}/u.test(part) || Buffer.byteLength(part) > 255)
  if (odd !== undefined || Buffer.byteLength(name) > longestName) {
    throw invalid(archive, `holds the name ${JSON.stringify(name.slice(0, 300))}; expected one that a file can have`)
  }
  parts.forEach((_, i) => {
    const path = parts.slice(0, i + 1).join('/')
    const kind = i < parts.length - 1 || isFolder ? 'folder' : 'file'
    const before = names.get(path)
    if (before !== undefined && (before === 'file' || kind === 'file')) {
      throw invalid(archive, `holds ${JSON.stringify(path)} twice; expected each file once`)
    }
    names.set(path, kind)
  })
}

/** The most bytes of a name; a path may have more, and those of the folder are added. */
const longestName = 1024

async function unpackEntry(zip: ZipFile, entry: Entry, archive: string, path: string): Promise<void> {
  if (entry.fileName.endsWith('/')) {
    await makeFolder(path)
    return
  }
  await makeFolder(dirname(path))
  const from = await parsing(archive, () => zip.openReadStreamPromise(entry))
  const to = createWriteStream(path, { flags: 'wx' })
  let failure: LayerRotationError | undefined
  to.on('error', (error) => (failure ??= writeFailed(path, error)))
  await pipeline(from, to).catch((error: unknown) => {
    if (failure !== undefined) throw failure
    if (isReadFailure(error)) throw readFailed(archive, error)
    throw invalid(archive, `${entry.fileName}: ${(error as Error).message}`)
  })
}

/** Reads the mode that Unix archivers put into the upper half of the attributes. */
function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170000) === 0o120000
}

/** Runs `work`, which parses the archive. @throws {LayerRotationError} READ_FAILED, INVALID_FILE */
async function parsing<Result>(archive: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isReadFailure(error)) throw readFailed(archive, error)
    throw invalid(archive, `is broken: ${(error as Error).message}`)
  }
}

function invalid(archive: string, problem: string): LayerRotationError {
  return new LayerRotationError('INVALID_FILE', `${archive} ${problem}`)
}
