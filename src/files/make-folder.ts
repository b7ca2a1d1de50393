import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writing } from './write.js'

/** Makes a folder, and its parents if they are missing. @throws {LayerRotationError} WRITE_FAILED */
export async function makeFolder(path: string): Promise<void> {
  await writing(path, () => make(path))
}

/**
 * Makes a folder and its parents like mkdir's `recursive`, which gives ENOENT as the reason for every failure of a parent.
 *
 * @throws {Error} system errors as they are
 */
export async function make(path: string): Promise<void> {
  try {
    await makeOne(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error
    await make(dirname(path))
    // Some file systems, and a working directory that is deleted, give ENOENT although the parent is there.
    await makeOne(path)
  }
}

/** Makes a folder, unless there is one. */
async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(path)).isDirectory()
    if (!isThere) throw error
  }
}
