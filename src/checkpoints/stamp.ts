import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { distributedMetadata, findMainFile, isFolder } from './read-checkpoint.js'
import { readShardedIndex } from './sharded-index.js'

/**
 * A text that changes whenever a file of a checkpoint does: it has the identity, size and time of change of each, those that an
 * index names included.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED
 */
export async function checkpointStamp(path: string): Promise<string> {
  const states: string[] = []
  for (const file of await filesOf(path)) {
    const found = await reading(file, () => ifPresent(() => stat(file, { bigint: true })))
    states.push(found === undefined ? 'missing' : fileState(found))
  }
  return states.join()
}

/** A text that changes whenever a file is replaced or written. */
export const fileState = ({ dev, ino, size, mtimeNs }: BigIntStats): string => `${dev}:${ino}:${size}:${mtimeNs}`

async function filesOf(path: string): Promise<string[]> {
  const file = (await isFolder(path)) ? await findMainFile(path) : path
  if (file === undefined) return []
  if (basename(file) === distributedMetadata) return [file, ...(await chunkFilesIn(dirname(file)))]
  if (!file.endsWith('.index.json')) return [file]
  try {
    return [file, ...(await readShardedIndex(file)).map((part) => part.file)]
  } catch (error) {
    // An index that is not whole yet names no parts.
    if (error instanceof LayerRotationError && error.code === 'INVALID_FILE') return [file]
    throw error
  }
}

/** The files of a distributed checkpoint that hold its chunks. */
async function chunkFilesIn(folder: string): Promise<string[]> {
  const names = await reading(folder, () => readdir(folder))
  return names
    .filter((name) => name.endsWith('.distcp'))
    .sort()
    .map((name) => join(folder, name))
}
