import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ifPresent } from './if-present.js'
import { writing } from './write.js'

/** Makes a folder, and its parents if they are missing. @throws {LayerRotationError} WRITE_FAILED */
export async function makeFolder(path: string): Promise<void> {
  await writing(path, () =>
    mkdir(path, { recursive: true }).catch(async (error: NodeJS.ErrnoException) => {
      // On a read-only file system mkdir fails with ENOENT; access to the existing parent gives the true reason, EROFS.
      if (error.code === 'ENOENT') await access(await existing(path), constants.W_OK)
      throw error
    }),
  )
}

/** The nearest parent folder that exists. */
async function existing(path: string): Promise<string> {
  const parent = dirname(path)
  if (parent === path || (await ifPresent(() => stat(parent))) !== undefined) return parent
  return existing(parent)
}
