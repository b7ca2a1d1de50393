import { createHash, type Hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { DataShape } from './data-set.js'
import type { ImageDataset, TokenDataset } from './loaded-data.js'
import { arraysOf } from './split.js'

/** The properties of data that change no number of a training. */
type NotSeen = keyof DataShape | 'classNames'

/** Bytes that are hashed at a time; Node handles signals in between. */
const chunkSize = 2 ** 24

/**
 * Returns the SHA-256, in hex, of all that a training sees: images, labels, and the mean and deviation of pixels, in that
 * order, train before test, or tokens; then other weights that it refers to.
 */
export async function fingerprint(
  data: Omit<ImageDataset, NotSeen> | Omit<TokenDataset, NotSeen>,
  references: ReadonlyMap<string, readonly { data: Float32Array }[]>,
): Promise<string> {
  const hash = createHash('sha256')
  for (const split of [data.train, data.test]) for (const array of arraysOf(split)) await update(hash, array)
  if ('mean' in data) for (const array of [data.mean, data.deviation]) await update(hash, array)
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
