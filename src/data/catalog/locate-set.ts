import { basename, dirname } from 'node:path'
import type { PublishedFile } from '../data-set.js'
import type { PublishedSet } from './published-sets.js'

/** The place of a data set on this machine. */
export interface SetPlace {
  /** The folder of the data set, or the archive that it is read from. */
  place: string
  /** The files that it is read from; a folder stands for all files in it. */
  files: string[]
  /** Its files that have the names of published ones. */
  originals: { path: string; file: PublishedFile }[]
}

/**
 * Looks for a data set where a training with the defaults would.
 *
 * @throws {LayerRotationError} MISSING_FILE if it or a file of it is missing; INVALID_FILE for a file of wrong length
 */
export async function locateSet(set: PublishedSet): Promise<SetPlace> {
  const files = await set.locate()
  const [first] = files
  const place = files.length === 1 ? first! : dirname(first!)
  const originals = files.flatMap((path) => {
    const file = set.files.find(({ name }) => name === basename(path))
    return file === undefined ? [] : [{ path, file }]
  })
  return { place, files, originals }
}
