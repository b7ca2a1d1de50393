import { statfs } from 'node:fs/promises'
import { LayerRotationError } from '../errors.js'
import { bytes as bytesText } from '../numbers.js'
import { writing } from '../files/write.js'

/**
 * Checks the space before the work, which would fail in its middle otherwise.
 *
 * @param folder a folder that exists
 * @param purpose the subject of the message: "CIFAR-10", "Decoding leaves"
 * @throws {LayerRotationError} WRITE_FAILED
 */
export async function requireDiskSpace(folder: string, bytes: number, purpose: string): Promise<void> {
  const { bavail, bsize } = await writing(folder, () => statfs(folder))
  const free = bavail * bsize
  if (free >= bytes) return
  const message = `${purpose} needs ${bytesText(bytes)} in ${folder}, but only ${bytesText(free)} are free; free some space, or set LAYER_ROTATION_DATA to a folder on a larger disk`
  throw new LayerRotationError('WRITE_FAILED', message)
}
