import { join } from 'node:path'
import { readExactly, requireExactly } from '../../files/read-exactly.js'
import { statIfPresent } from '../../files/stat-if-present.js'
import { dataFolder } from '../data-folder.js'
import { missing } from '../missing.js'
import type { Split, Splits } from '../split.js'
import { imageBytes, recordBytes, type CifarFile, type CifarLayout } from './cifar-layout.js'
import { parseRecords } from './cifar-records.js'

/**
 * Reads CIFAR-10 or CIFAR-100 from its binary files, or from the archive that they are published in.
 *
 * @param folder null for the data folder
 * @param label the index of the label byte that counts
 * @throws {LayerRotationError} MISSING_FILE; INVALID_FILE naming file, record and byte
 */
export async function readCifar(folder: string | null, layout: CifarLayout, label: number): Promise<Splits> {
  const place = await findCifar(folder ?? dataFolder(), layout)
  const splits = { train: emptySplit(layout.train), test: emptySplit(layout.test) }
  const targets = new Map([...targetsOf(layout.train, splits.train), ...targetsOf(layout.test, splits.test)])
  const take = (file: CifarFile, bytes: Uint8Array, path: string) => {
    const { split, at } = targets.get(file)!
    parseRecords(bytes, layout, label, path, split, at)
  }
  if ('archive' in place) {
    // Loaded here, because few trainings read the archive.
    const { readCifarArchive } = await import('./cifar-archive.js')
    await readCifarArchive(place.archive, layout, take)
  } else {
    for (const file of targets.keys()) {
      const path = join(place.folder, file.name)
      const shape = { record: recordBytes(layout), count: file.records }
      take(file, await readExactly(path, shape), path)
    }
  }
  return splits
}

/**
 * Finds the files that a CIFAR data set is read from: binary files of the right length, or its archive.
 *
 * @param folder null for the data folder
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function locateCifar(folder: string | null, layout: CifarLayout): Promise<string[]> {
  const place = await findCifar(folder ?? dataFolder(), layout)
  if ('archive' in place) return [place.archive]
  const files = [...layout.train, ...layout.test].map((file) => ({ ...file, path: join(place.folder, file.name) }))
  for (const { path, records } of files) {
    await requireExactly(path, { record: recordBytes(layout), count: records })
  }
  return files.map(({ path }) => path)
}

/** The place of a CIFAR data set below a folder: the folder of its files, or its archive. */
type CifarPlace = { folder: string } | { archive: string }

/** @throws {LayerRotationError} MISSING_FILE */
async function findCifar(folder: string, layout: CifarLayout): Promise<CifarPlace> {
  const first = layout.train[0]!.name
  for (const candidate of [folder, join(folder, layout.folder)]) {
    if (await exists(join(candidate, first))) return { folder: candidate }
  }
  const archive = join(folder, layout.archive)
  if (await exists(archive)) return { archive }
  const content = `${first} and the other .bin files, with ${layout.folder}, or with ${layout.archive}`
  const problem =
    (await otherFormat(folder, layout)) ?? `${folder} holds neither ${layout.folder} nor ${layout.archive}`
  throw missing(layout.title, problem, layout.name, content)
}

/** Returns a clause on the same data set in a format that is not read; undefined if there is none. */
async function otherFormat(folder: string, { others }: CifarLayout): Promise<string | undefined> {
  for (const { names, format } of others) {
    for (const name of names) if (await exists(join(folder, name))) return `${folder} holds ${name}, ${format}`
  }
  return undefined
}

const exists = async (path: string): Promise<boolean> => (await statIfPresent(path)) !== undefined

function emptySplit(files: readonly CifarFile[]): Split {
  const images = files.reduce((sum, { records }) => sum + records, 0)
  return { images: new Uint8Array(images * imageBytes), labels: new Int32Array(images) }
}

/** Yields each file with the split that it fills and the index of its first image there. */
function* targetsOf(files: readonly CifarFile[], split: Split): Generator<[CifarFile, { split: Split; at: number }]> {
  let at = 0
  for (const file of files) {
    yield [file, { split, at }]
    at += file.records
  }
}
