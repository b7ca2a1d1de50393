import { expect, test } from 'vitest'
import { crc32c } from '../../src/loggers/tensorboard/crc32c.js'
import { tfRecord } from '../../src/loggers/tensorboard/record.js'

// RFC 3720, appendix B.4.
test.each([
  ['32 bytes of 0', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of 0xff', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
])('the CRC-32C of %s is that of RFC 3720', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected)
})

test('a record is its length, the event and their masked checksums', () => {
  // The frame that record_writer of TensorBoard 2.21.0 makes of Event(file_version='brain.Event:2').
  const event = Buffer.from('1a0d627261696e2e4576656e743a32', 'hex')
  expect(tfRecord(event).toString('hex')).toBe(`0f000000000000006d532b091a0d627261696e2e4576656e743a32fc985129`)
})
