import { statfs } from 'node:fs/promises'
import { LayerRotationError } from '../errors.js'
import { bytes as bytesText } from '../text/numbers.js'
import { writing } from '../files/write.js'

/**
 * Asks before the work instead of failing in its middle.
 *
 * @param folder exists
 * @param purpose what needs the space, as a sentence begins
 * @throws {LayerRotationError} WRITE_FAILED
 */
export async function requireDiskSpace(folder: string, bytes: number, purpose: string): Promise<void> {
  const { bavail, bsize } = await writing(folder, () => statfs(folder))
  const free = bavail * bsize
  if (free >= bytes) return
  const message = `${purpose} needs ${bytesText(bytes)} in ${folder}, but only ${bytesText(free)} are free; free some space, or set LAYER_ROTATION_DATA to a folder on a larger disk`
  throw new LayerRotationError('WRITE_FAILED', message)
}
