import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeNpy } from '../../files/npy.js'
import { temporaryPath, writeFailed } from '../../files/write.js'
import { dataFolder } from '../data-folder.js'

/**
 * Keeps an array as a .npy file in the data folder, under the SHA-256 of its content, and returns the path. A config that names
 * the file is data: it fits into config.json, and other processes that resume a run or train a point of a study find the same
 * bytes. An array that is there already is not written again.
 *
 * @throws {LayerRotationError} WRITE_FAILED
 */
export function storeArray(values: Uint8Array | Int32Array | Float32Array, shape: readonly number[]): string {
  const parts = encodeNpy(values, shape)
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  const folder = join(dataFolder(), 'arrays')
  const path = join(folder, `${hash.digest('hex').slice(0, 32)}.npy`)
  const size = parts.reduce((sum, { length }) => sum + length, 0)
  try {
    if (statSync(path, { throwIfNoEntry: false })?.size === size) return path
    mkdirSync(folder, { recursive: true })
    const temporary = temporaryPath(path)
    try {
      for (const [i, part] of parts.entries()) writeFileSync(temporary, part, { flag: i === 0 ? 'wx' : 'a' })
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    return path
  } catch (error) {
    throw writeFailed(path, error)
  }
}
