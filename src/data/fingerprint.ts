import { createHash, type Hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Dataset } from './loaded-data.js'

/** Bytes that are hashed at a time; Node handles signals in between. */
const chunkSize = 2 ** 24

/**
 * Returns the SHA-256, in hex, of all that a training sees: images, labels, and the mean and deviation of pixels, in that
 * order, train before test; then other weights that it refers to.
 */
export async function fingerprint(
  { train, test, mean, deviation }: Pick<Dataset, 'train' | 'test' | 'mean' | 'deviation'>,
  references: ReadonlyMap<string, readonly { data: Float32Array }[]>,
): Promise<string> {
  const hash = createHash('sha256')
  for (const { images, labels } of [train, test]) {
    await update(hash, images)
    await update(hash, labels)
  }
  await update(hash, mean)
  await update(hash, deviation)
  for (const tensors of references.values()) for (const { data } of tensors) await update(hash, data)
  return hash.digest('hex')
}

/** Adds an array with its length, so that moving a byte from one array to the next changes the hash. */
async function update(hash: Hash, { buffer, byteOffset, byteLength }: NodeJS.TypedArray): Promise<void> {
  hash.update(`${byteLength}:`)
  for (let begin = 0; begin < byteLength; begin += chunkSize) {
    if (begin > 0) await setImmediate()
    hash.update(new Uint8Array(buffer, byteOffset + begin, Math.min(chunkSize, byteLength - begin)))
  }
}
