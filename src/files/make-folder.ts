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
    await mkdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    await make(dirname(path))
    await make(path)
  }
}
