import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../../../errors.js'
import { systemReason } from '../../../files/system-error.js'
import { writing } from '../../../files/write.js'
import { requireDiskSpace } from '../../disk-space.js'
import { makeFolder } from '../../../files/make-folder.js'
import { statIfPresent } from '../../../files/stat-if-present.js'
import type { DataWork } from '../../progress.js'
import type { PublishedFile } from '../../data-set.js'
import type { PublishedSet } from '../published-sets.js'
import { withLock } from '../../../lock/with-lock.js'
import { hasChecksum } from './checksum.js'
import { transfer, usualPatience, type Patience } from './transfer.js'
import { unpackCifar } from './unpack-cifar.js'
import { unpackZip } from './unpack-zip.js'

export interface GetOptions extends DataWork {
  /** The address of a folder with the same files, instead of the official one. */
  from?: string | undefined
  patience?: Patience
}

/**
 * Downloads a data set into a folder of data sets, unless it is there, and unpacks it. A call continues where an earlier one
 * was interrupted; a second process waits for the first.
 *
 * @returns the folder of the data set
 * @throws {LayerRotationError} DOWNLOAD_FAILED, READ_FAILED, WRITE_FAILED, INVALID_FILE, INTERRUPTED
 */
export async function getSet(set: PublishedSet, dataFolder: string, options: GetOptions = {}): Promise<string> {
  const folder = join(dataFolder, set.unpacking.folder)
  await makeFolder(dataFolder)
  await withLock(join(dataFolder, `${set.name}.lock`), options, () => get(set, dataFolder, folder, options))
  return folder
}

async function get(set: PublishedSet, dataFolder: string, folder: string, options: GetOptions): Promise<void> {
  const { unpacking, files } = set
  if (unpacking.type === 'none') {
    await makeFolder(folder)
    await requireDiskSpace(folder, await bytesToCome(files, folder), set.title)
    for (const file of files) await getFile(set, file, folder, options)
    return
  }
  if ((await size(folder)) !== null) return
  const archive = files[0]!
  const path = join(dataFolder, archive.name)
  const space = unpacking.type === 'zip' ? unpacking.space : unpacking.bytes
  await requireDiskSpace(dataFolder, (await bytesToCome(files, dataFolder)) + space, set.title)
  await getFile(set, archive, dataFolder, options)
  if (unpacking.type === 'zip') await unpackZip(path, folder, unpacking, options)
  else await unpackCifar(path, folder, unpacking.layout, options)
  await removeUnneeded(path, options)
}

/** Removes an archive whose content is there. If that fails, nothing is wrong with the data set. */
async function removeUnneeded(archive: string, { onNote }: GetOptions): Promise<void> {
  await rm(archive, { force: true }).catch((error: unknown) => {
    onNote?.(`${archive} is no longer needed, but could not be removed: ${systemReason(error)}`)
  })
}

/** Returns the number of bytes that are not in the folder yet. */
async function bytesToCome(files: readonly PublishedFile[], folder: string): Promise<number> {
  const there = async ({ name }: PublishedFile) =>
    (await size(join(folder, name))) ?? (await size(join(folder, `${name}.part`))) ?? 0
  const missing = await Promise.all(files.map(async (file) => Math.max(0, file.bytes - (await there(file)))))
  return missing.reduce((sum, bytes) => sum + bytes, 0)
}

/** Downloads a file, unless it is there, and gives it its name when its checksum is right. */
async function getFile(set: PublishedSet, file: PublishedFile, folder: string, options: GetOptions): Promise<void> {
  const path = join(folder, file.name)
  if ((await size(path)) !== null) {
    if (await hasChecksum(path, file, options)) return
    const message = `${path} is not the file that was published (${checksumText(file)}); delete it and run the same command again to download it`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const url = options.from === undefined ? file.url : mirrored(options.from, file.name)
  try {
    await download(url, file, path, options)
  } catch (error) {
    if (!(error instanceof LayerRotationError) || error.code !== 'DOWNLOAD_FAILED') throw error
    const ways = `put ${file.name}, from any source, into ${folder} and run the same command again, or name a mirror with --from`
    throw new LayerRotationError('DOWNLOAD_FAILED', `${set.title} could not be downloaded: ${error.message}; ${ways}`, {
      cause: error,
    })
  }
}

async function download(url: string, file: PublishedFile, path: string, options: GetOptions): Promise<void> {
  const part = `${path}.part`
  const { resumed } = await transfer(url, file.bytes, path, options, options.patience ?? usualPatience)
  if (await hasChecksum(part, file, options)) {
    await writing(path, () => rename(part, path))
    return
  }
  await writing(part, () => rm(part, { force: true }))
  if (!resumed) {
    throw new LayerRotationError(
      'DOWNLOAD_FAILED',
      `${url}: the server sends bytes that differ from the published file (${checksumText(file)})`,
    )
  }
  options.onNote?.(`${url}: the part that an earlier attempt left has a wrong checksum; downloading the whole file`)
  await download(url, file, path, options)
}

/** @throws {LayerRotationError} INVALID_CONFIG */
function mirrored(from: string, name: string): string {
  const base = URL.canParse(from) ? new URL(from) : undefined
  if (base?.protocol !== 'http:' && base?.protocol !== 'https:') {
    throw new LayerRotationError(
      'INVALID_CONFIG',
      `--from is ${JSON.stringify(from)}; expected an address such as https://mirror.example/data`,
    )
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return new URL(name, base).href
}

const checksumText = ({ checksum: { algorithm, digest } }: PublishedFile): string => `expected ${algorithm} ${digest}`

/** Returns the bytes of the file or folder; null if there is none. */
async function size(path: string): Promise<number | null> {
  return (await statIfPresent(path))?.size ?? null
}
