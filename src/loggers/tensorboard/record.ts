import { crc32c } from './crc32c.js'

/**
 * Frames an event as a TFRecord: its length (8 bytes, little-endian), a checksum of the length, the event, its checksum.
 * Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export function tfRecord(event: Uint8Array): Buffer {
  const framed = Buffer.alloc(12 + event.length + 4)
  framed.writeBigUInt64LE(BigInt(event.length))
  framed.writeUInt32LE(masked(framed.subarray(0, 8)), 8)
  framed.set(event, 12)
  framed.writeUInt32LE(masked(event), 12 + event.length)
  return framed
}

/** A checksum that is turned and shifted, because it stands beside data that may hold checksums. */
function masked(bytes: Uint8Array): number {
  const sum = crc32c(bytes)
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}
