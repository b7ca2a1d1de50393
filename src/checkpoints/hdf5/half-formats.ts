import { bytesOfStretch } from '../stretch.js'
import type { Stretch } from '../../files/zip-archive.js'

/** The formats of 2-byte numbers. */
export type HalfFormat = 'F16' | 'BF16'

/**
 * The bytes by which a file describes a format, in the numbers of HDF5's specification (IV.A.2.d, Datatype Message, class 1): bit
 * offset 0 and 16 bits; the places and sizes of exponent and fraction; the bias of the exponent.
 */
const descriptions: readonly (readonly [HalfFormat, Buffer])[] = [
  ['F16', Buffer.from([0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0])],
  ['BF16', Buffer.from([0, 0, 16, 0, 7, 8, 0, 7, 127, 0, 0, 0])],
]

/**
 * Finds which formats of 2-byte numbers a file describes. HDF5's library tells only that a number has 2 bytes.
 *
 * @throws system errors as they are
 */
export async function halfFormatsIn(file: string, stretch: Stretch): Promise<Set<HalfFormat>> {
  const found = new Set<HalfFormat>()
  let end = Buffer.alloc(0)
  for await (const part of bytesOfStretch(file, stretch)) {
    const bytes = Buffer.concat([end, part])
    for (const [format, description] of descriptions) if (bytes.includes(description)) found.add(format)
    end = bytes.subarray(-descriptions[0]![1].length)
  }
  return found
}
