import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { writing } from './write.js'

/**
 * Waits until a file, or the names in a folder, are on the disk and survive a loss of power. @throws
 * {LayerRotationError} WRITE_FAILED
 */
export async function sync(path: string): Promise<void> {
  await writing(path, async () => {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  })
}
