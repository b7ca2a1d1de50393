import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ifPresent } from '../../files/if-present.js'
import { writeFailed } from '../../files/write.js'
import { bytes } from '../../numbers.js'
import { clickablePath } from '../terminal/path.js'
import { failed, note, passed, type Check } from './check.js'

/** Free bytes below which a run is likely to fail: the weights and records of a small one. */
const least = 50e6
/** Free bytes below which a large network may not fit, because its weights are saved three times. */
const comfortable = 2e9

/**
 * Checks that a folder, or the existing folder that it would be made in, can be written to and has space.
 *
 * @param otherwise advice on how to choose another folder
 */
export async function checkSpace(what: string, folder: string, otherwise: string): Promise<Check> {
  let free: number
  try {
    const existing = await nearestExisting(resolve(folder))
    if (existing === null) {
      return failed(what, `${folder} is not a folder`, `remove the file of that name, or ${otherwise}`)
    }
    await access(existing, constants.W_OK)
    const { bavail, bsize } = await statfs(existing)
    free = bavail * bsize
  } catch (error) {
    return failed(what, writeFailed(clickablePath(folder), error).message, otherwise)
  }
  const found = `${bytes(free)} free in ${clickablePath(folder)}`
  if (free < least) return failed(what, found, `free some space, or ${otherwise}`)
  return free < comfortable ? note(what, found, `free some space, or ${otherwise}`) : passed(what, found)
}

/** The folder itself, or the nearest parent that exists; null if a file is in the way. */
async function nearestExisting(folder: string): Promise<string | null> {
  const status = await ifPresent(() => stat(folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return null
    throw error
  })
  if (status === null) return null
  if (status !== undefined) return status.isDirectory() ? folder : null
  return dirname(folder) === folder ? folder : nearestExisting(dirname(folder))
}
