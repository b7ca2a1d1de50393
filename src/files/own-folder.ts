import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from './if-present.js'
import { makeFolder } from './make-folder.js'
import { reading } from './reading.js'

/**
 * Makes a folder in another one that may come from somebody else, or takes the one that is there.
 *
 * @throws {LayerRotationError} INVALID_FILE if a link is there, which may lead to other people's files; WRITE_FAILED
 */
export async function makeOwnFolder(path: string): Promise<void> {
  await makeFolder(dirname(path))
  await requireOwn(path, 'folder')
  await makeFolder(path)
}

/**
 * Requires that what has this path, if anything, is a folder or file itself, not a link to one.
 *
 * @throws {LayerRotationError} INVALID_FILE, READ_FAILED; MISSING_FILE if a part of the path is no folder
 */
export async function requireOwn(path: string, kind: 'folder' | 'regular file'): Promise<void> {
  const found = await statusOf(path)
  if (found === undefined || (kind === 'folder' ? found.isDirectory() : found.isFile())) return
  throw new LayerRotationError('INVALID_FILE', `${path} is not a ${kind}; expected one, not a link`)
}

/**
 * Requires that no folder has this path, at which a file is to be put. A link may be there: the file takes its place.
 *
 * @throws {LayerRotationError} INVALID_FILE
 */
export async function requireNoFolder(path: string): Promise<void> {
  if (!(await statusOf(path))?.isDirectory()) return
  throw new LayerRotationError('INVALID_FILE', `${path} is a folder; expected a regular file, or nothing`)
}

/** The status of what has a path, of a link itself; undefined if nothing has it. */
const statusOf = (path: string): Promise<Stats | undefined> => reading(path, () => ifPresent(() => lstat(path)))
