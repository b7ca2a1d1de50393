import { LayerRotationError } from '../../errors.js'
import type { NativeSplit } from '../../native/contract.js'
import { imageBytes, recordBytes, type CifarLayout } from './cifar-layout.js'

/**
 * Takes a file's records apart: label bytes, then the pixels of one image each.
 *
 * @param bytes a whole number of records
 * @param label which label byte counts; the others are checked only
 * @param path for messages
 * @param at index of the first image to fill in `split`
 * @throws {LayerRotationError} INVALID_FILE for a label out of range
 */
export function parseRecords(
  bytes: Uint8Array,
  layout: CifarLayout,
  label: number,
  path: string,
  split: NativeSplit,
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
