import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { NativeSplit } from '../../native/contract.js'
import { readCifarArchive } from './cifar-archive.js'
import type { Cifar100Config, Cifar10Config } from './cifar-config.js'
import {
  cifar100Layout,
  cifar10Layout,
  imageBytes,
  recordBytes,
  type CifarFile,
  type CifarLayout,
} from './cifar-layout.js'
import { parseRecords } from './cifar-records.js'
import { dataFolder } from '../data-folder.js'
import type { Splits } from '../dataset.js'
import { missing } from '../missing.js'
import { readExactly, requireExactly } from '../../files/read-exactly.js'

/**
 * Reads CIFAR-10 or CIFAR-100 from its binary files, or from the archive that they are published in.
 *
 * @throws {LayerRotationError} MISSING_FILE; INVALID_FILE naming file, record and byte
 */
export async function readCifar(config: Cifar10Config | Cifar100Config): Promise<Splits> {
  const layout = layoutOf(config)
  const label = config.type === 'cifar100' && config.labels === 'fine' ? 1 : 0
  const place = await findCifar(config.folder ?? dataFolder(), layout)
  const splits = { train: emptySplit(layout.train), test: emptySplit(layout.test) }
  const targets = new Map([...targetsOf(layout.train, splits.train), ...targetsOf(layout.test, splits.test)])
  const take = (file: CifarFile, bytes: Uint8Array, path: string) => {
    const { split, at } = targets.get(file)!
    parseRecords(bytes, layout, label, path, split, at)
  }
  if ('archive' in place) {
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
 * The files that a CIFAR data set is read from: binary files of the right length, or its archive.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function locateCifar(config: Cifar10Config | Cifar100Config): Promise<string[]> {
  const layout = layoutOf(config)
  const place = await findCifar(config.folder ?? dataFolder(), layout)
  if ('archive' in place) return [place.archive]
  const files = [...layout.train, ...layout.test].map((file) => ({ ...file, path: join(place.folder, file.name) }))
  for (const { path, records } of files) {
    await requireExactly(path, { record: recordBytes(layout), count: records })
  }
  return files.map(({ path }) => path)
}

const layoutOf = ({ type }: Cifar10Config | Cifar100Config): CifarLayout =>
  type === 'cifar10' ? cifar10Layout : cifar100Layout

/** Where a CIFAR data set lies below a folder: its files, or its archive. */
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
  const problem = `${folder} holds neither ${layout.folder} nor ${layout.archive}`
  throw missing(layout.title, problem, layout.name, content)
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null

function emptySplit(files: readonly CifarFile[]): NativeSplit {
  const images = files.reduce((sum, { records }) => sum + records, 0)
  return { images: new Uint8Array(images * imageBytes), labels: new Int32Array(images) }
}

/** Which images of the split each file fills. */
function* targetsOf(
  files: readonly CifarFile[],
  split: NativeSplit,
): Generator<[CifarFile, { split: NativeSplit; at: number }]> {
  let at = 0
  for (const file of files) {
    yield [file, { split, at }]
    at += file.records
  }
}
