import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { bytes } from '../../text/numbers.js'
import { clickablePath } from '../terminal/path.js'
import { failed, note, passed, type Check } from './check.js'

/** Bytes below which a run is likely to fail: weights and records of a small one. */
const least = 50e6
/** Below which a large network, with its weights saved three times, may not fit. */
const comfortable = 2e9

/** Whether a folder, or the one that it would be made in, can be written to and has space. @param otherwise how to name another */
export async function checkSpace(what: string, folder: string, otherwise: string): Promise<Check> {
  const existing = await nearestExisting(resolve(folder))
  if (existing === null) {
    return failed(what, `${folder} is no folder`, `remove the file that lies there, or ${otherwise}`)
  }
  try {
    await access(existing, constants.W_OK)
  } catch (error) {
    const { message } = error as Error
    return failed(what, `${clickablePath(existing)} cannot be written to: ${message}`, otherwise)
  }
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  const found = `${bytes(free)} free in ${clickablePath(folder)}`
  if (free < least) return failed(what, found, `free some space, or ${otherwise}`)
  return free < comfortable ? note(what, found, `free some space, or ${otherwise}`) : passed(what, found)
}

/** Null where a file is in the way. */
async function nearestExisting(folder: string): Promise<string | null> {
  const status = await stat(folder).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOTDIR' ? 'file' : null))
  if (status === 'file') return null
  if (status !== null) return status.isDirectory() ? folder : null
  return dirname(folder) === folder ? folder : nearestExisting(dirname(folder))
}
