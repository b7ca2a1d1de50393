import { spawnSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readIdx } from '../../src/data/mnist/idx.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { idx } from './idx-file.js'

const labels = { content: 'labels', shape: [null] } as const
const small = { content: 'images', shape: [null, 2, 3] } as const

function file(bytes: Uint8Array, name = 'file'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, bytes)
  return path
}

/** Returns the error for a file, without its name, which comes first. */
async function complaint(bytes: Uint8Array, expected: Parameters<typeof readIdx>[1] = labels): Promise<string> {
  const path = file(bytes)
  const message = await failure(() => readIdx(path, expected))
  expect(message).toContain(`INVALID_FILE: ${path}: `)
  return message.replace(`INVALID_FILE: ${path}: `, '')
}

describe('an IDX file', () => {
  const pixels = Array.from({ length: 12 }, (_, i) => 20 * i)

  test('has a shape and one byte an element', async () => {
    const { shape, data } = await readIdx(file(idx([2, 2, 3], pixels)), small)
    expect(shape).toEqual([2, 2, 3])
    expect([...data]).toEqual(pixels)
  })

  test('may be packed by gzip, whatever its name', async () => {
    const { shape, data } = await readIdx(file(gzipSync(idx([2, 2, 3], pixels))), small)
    expect(shape).toEqual([2, 2, 3])
    expect([...data]).toEqual(pixels)
  })

  test('may be empty', async () => {
    expect((await readIdx(file(idx([0], [])), labels)).data).toHaveLength(0)
  })
})

describe('an IDX file that cannot be used', () => {
  test('missing', async () => {
    expect(await failure(() => readIdx('no/such-file', labels))).toBe('MISSING_FILE: no/such-file does not exist')
  })

  test('a folder or a pipe', async () => {
    const path = temporaryFolder()
    expect(await failure(() => readIdx(path, labels))).toContain(
      `INVALID_FILE: ${path} cannot be read: it is not a regular file`,
    )
    spawnSync('mkfifo', [join(path, 'pipe')])
    expect(await failure(() => readIdx(join(path, 'pipe'), labels))).toContain(
      'pipe cannot be read: it is not a regular file',
    )
  })

  test('empty', async () => {
    expect(await complaint(Buffer.alloc(0))).toBe('byte 0: found the end of the file; expected a header of 8 bytes')
  })

  test('truncated in its header', async () => {
    expect(await complaint(idx([5], []).subarray(0, 6))).toBe(
      'byte 6: found the end of the file; expected a header of 8 bytes',
    )
  })

  test('truncated in its data', async () => {
    expect(await complaint(idx([5], [1, 2, 3]))).toBe(
      'byte 11: found the end of the file; expected 13 bytes, because the header gives [5]',
    )
  })

  test('too long', async () => {
    expect(await complaint(idx([2], [1, 2, 3]))).toBe(
      'byte 10: found more data; expected 10 bytes, because the header gives [2]',
    )
  })

  test('labels instead of images, and the other way round', async () => {
    expect(await complaint(idx([1], [1]), small)).toBe(
      'byte 0: found magic number 0x00000801 (labels); expected 0x00000803 (images)',
    )
    expect(await complaint(idx([1, 2, 3], [1, 2, 3, 4, 5, 6]))).toBe(
      'byte 0: found magic number 0x00000803 (images); expected 0x00000801 (labels)',
    )
  })

  test('another format', async () => {
    expect(await complaint(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toBe(
      'byte 0: found magic number 0x89504e47; expected 0x00000801 (labels)',
    )
  })

  test('images of another size', async () => {
    expect(await complaint(idx([1, 3, 2], [1, 2, 3, 4, 5, 6]), small)).toBe(
      'byte 8: found 3 as dimension 1; expected 2',
    )
  })

  test('a header that claims 2 ** 32 - 1 items allocates nothing', async () => {
    const before = process.memoryUsage().rss
    expect(await complaint(idx([2 ** 32 - 1], [1]))).toContain(
      'byte 4: found dimensions [4294967295]; expected at most',
    )
    expect(await complaint(idx([2 ** 30 - 8], [1]))).toContain(
      'byte 9: found the end of the file; expected 1073741824 bytes',
    )
    expect(await complaint(gzipSync(idx([2 ** 32 - 1], [1])))).toContain('byte 4: found dimensions [4294967295]')
    expect(await complaint(gzipSync(idx([2 ** 30 - 8], [1])))).toContain(
      'byte 9: found the end of the file; expected 1073741824 bytes',
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
  })

  test('larger than any data set is not read', async () => {
    const path = file(idx([1], [1]))
    truncateSync(path, 2 ** 30 + 1) // sparse: takes no space
    expect(await failure(() => readIdx(path, labels))).toContain('expected at most 1073741824')
  })

  test('a gzip bomb is unpacked as far as its header allows', async () => {
    const bomb = gzipSync(Buffer.concat([idx([4], [1, 2, 3, 4]), Buffer.alloc(256 * 2 ** 20)]))
    expect(bomb.length).toBeLessThan(2 ** 20)
    const before = process.memoryUsage().rss
    expect(await complaint(bomb)).toBe('byte 12: found more data; expected 12 bytes, because the header gives [4]')
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
  })

  test('gzip data cut off or damaged', async () => {
    const packed = gzipSync(
      idx(
        [100],
        Array.from({ length: 100 }, (_, i) => (i * i) % 10),
      ),
    )
    expect(await complaint(packed.subarray(0, packed.length - 12))).toContain('found broken or truncated gzip data: ')
    expect(await complaint(packed.subarray(0, 3))).toContain('found the end of the file')
    const damaged = Buffer.from(packed)
    damaged[packed.length - 6]! ^= 0xff // in the check sum
    expect(await complaint(damaged)).toContain('found broken or truncated gzip data: ')
  })
})
