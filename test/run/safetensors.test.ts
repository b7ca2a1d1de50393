import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { decodeSafetensors, encodeSafetensors } from '../../src/run/safetensors.js'
import { failure } from '../support/failure.js'

const tensors = [
  { name: 'dense0.weight', shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, NaN) },
  { name: 'dense0.bias', shape: [2], data: Float32Array.of(Infinity, 7) },
  { name: 'scalar', shape: [], data: Float32Array.of(42) },
  { name: 'empty', shape: [0, 3], data: new Float32Array() },
]

/** A file with any header. */
function file(header: unknown, data: Uint8Array = new Uint8Array(), length?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(length ?? BigInt(text.length))
  return Buffer.concat([start, text, data])
}

describe('safetensors', () => {
  test('reads back what was written, bit by bit, in order', () => {
    const read = decodeSafetensors(encodeSafetensors(tensors), 'f')
    expect([...read.keys()]).toEqual(tensors.map(({ name }) => name))
    for (const { name, shape, data } of tensors) expect(read.get(name)).toEqual({ shape, data })
  })

  test('writes the published format', () => {
    const bytes = Buffer.from(encodeSafetensors([{ name: 'w', shape: [2], data: Float32Array.of(1, 2) }]))
    const header = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  '
    expect(bytes.readBigUInt64LE()).toBe(BigInt(header.length))
    expect(bytes.toString('latin1', 8, 8 + header.length)).toBe(header)
    expect(bytes.subarray(8 + header.length).toString('hex')).toBe('0000803f00000040')
  })

  test('lets the data begin at a multiple of 8 bytes', () => {
    for (const name of ['a', 'ab', 'abc', 'ä€𝄞']) {
      const bytes = Buffer.from(encodeSafetensors([{ name, shape: [1], data: Float32Array.of(1) }]))
      expect(bytes.readBigUInt64LE() % 8n).toBe(0n)
      expect(decodeSafetensors(bytes, 'f').has(name)).toBe(true)
    }
  })

  test('takes a view of other bytes', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3)
    const bytes = encodeSafetensors([{ name: 'w', shape: [2], data }])
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(decodeSafetensors(shifted.subarray(3), 'f').get('w')).toEqual({ shape: [2], data: Float32Array.of(1, 2) })
  })

  test('skips the metadata of other writers', () => {
    const bytes = file(
      { __metadata__: { format: 'pt' }, w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } },
      new Uint8Array(4),
    )
    expect([...decodeSafetensors(bytes, 'f').keys()]).toEqual(['w'])
  })
})

describe('a hostile header', () => {
  const f32 = (shape: number[], ...data_offsets: number[]) => ({ dtype: 'F32', shape, data_offsets })
  const eight = new Uint8Array(8)

  test.each<[string, Uint8Array, string]>([
    ['too short for a length', new Uint8Array(7), 'byte 0: found 7 bytes; expected at least 8'],
    ['longer than the file', file('{}', undefined, 2n ** 63n), 'byte 0: found a header length of 9223372036854775808'],
    ['no JSON', file('{'), 'byte 8: the header is no JSON'],
    ['no UTF-8', file('x').fill(0xff, 8), 'byte 8: the header is no JSON'],
    ['a list', file([]), "byte 8: the header's top level is not as expected"],
    ['null', file(null), "byte 8: the header's top level is not as expected"],
    ['another data type', file({ w: { ...f32([2], 0, 4), dtype: 'F16' } }, eight), "the header's w.dtype"],
    ['a negative size', file({ w: f32([-2], 0, 8) }, eight), "the header's w.shape.0"],
    ['a huge size', file({ w: f32([2 ** 52, 2 ** 52], 0, 8) }, eight), 'has data_offsets [0, 8]; expected [0,'],
    ['a size beyond integers', file('{"w":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}', eight), 'w.shape.0'],
    ['offsets beyond the file', file({ w: f32([4], 0, 16) }, eight), 'the file ends within w'],
    ['offsets that go back', file({ w: f32([2], 8, 0) }, eight), 'data_offsets [8, 0]; expected [0, 8]'],
    ['offsets of another length', file({ w: f32([1], 0, 8) }, eight), 'data_offsets [0, 8]; expected [0, 4]'],
    [
      'overlapping tensors',
      file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, eight),
      'b of shape [1] has data_offsets [4, 8]',
    ],
    ['a gap', file({ a: f32([1], 4, 8) }, eight), 'a of shape [1] has data_offsets [4, 8]; expected [0, 4]'],
    ['bytes after the last tensor', file({ a: f32([1], 0, 4) }, eight), 'found 4 bytes after the last tensor'],
    ['one offset', file({ a: f32([1], 0) }, eight), "the header's a.data_offsets"],
    ['another key', file({ a: { ...f32([1], 0, 4), more: 1 } }, eight), "the header's a is not as expected"],
  ])('%s', async (_, bytes, message) => {
    const found = await failure(() => decodeSafetensors(bytes, 'f'))
    expect(found).toContain('INVALID_FILE: f: byte ')
    expect(found).toContain(message)
  })

  test('with any byte changed or cut off, a file is read or refused, and nothing else happens', () => {
    const valid = encodeSafetensors(tensors)
    const attempt = (bytes: Uint8Array) => {
      try {
        decodeSafetensors(bytes, 'f')
      } catch (error) {
        expect(error).toBeInstanceOf(LayerRotationError)
      }
    }
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Uint8Array.from(valid)
        bytes[at]! ^= change
        attempt(bytes)
        attempt(valid.subarray(0, at))
      }),
      { numRuns: 500 },
    )
  })
})
