import { LayerRotationError } from '../../errors.js'
import type { Split } from '../split.js'
import { imageBytes, recordBytes, type CifarLayout } from './cifar-layout.js'

/**
 * Copies a file's records, each of them label bytes and the pixels of one image, into a split.
 *
 * @param bytes a whole number of records
 * @param label the index of the label byte that counts; the others are only checked
 * @param path the file's path, for messages
 * @param at the index of the first image to fill in `split`
 * @throws {LayerRotationError} INVALID_FILE for a label out of range
 */
export function parseRecords(
  bytes: Uint8Array,
  layout: CifarLayout,
  label: number,
  path: string,
  split: Split,
  at: number,
): void {
  const length = recordBytes(layout)
  for (let record = 0; record * length < bytes.length; record++) {
    const start = record * length
    for (const [i, { name, classes }] of layout.labels.entries()) {
      const found = bytes[start + i]!
      if (found < classes) continue
      const where = `${path}: record ${record} (the first is 0), byte ${start + i}`
      throw new LayerRotationError('INVALID_FILE', `${where}: found ${name} ${found}; expected 0 … ${classes - 1}`)
    }
    split.labels[at + record] = bytes[start + label]!
    const pixels = bytes.subarray(start + layout.labels.length, start + length)
    split.images.set(pixels, (at + record) * imageBytes)
  }
}
