import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, gunzip, type ZlibOptions } from 'node:zlib'
import { LayerRotationError } from '../../errors.js'
import { fill } from '../../files/read-exactly.js'
import { reading } from '../../files/reading.js'
import { withRegular } from '../../files/regular-file.js'
import { headerLength, largestFile, parseIdxHeader, requireSize, sizeOf, type IdxExpectation } from './idx-header.js'

/**
 * The IDX format of the MNIST files: two zero bytes, the element type, the number of dimensions, each dimension as a
 * big-endian 32-bit integer, then the elements. http://yann.lecun.com/exdb/mnist
 */
export interface Idx {
  shape: number[]
  /** The bytes of the elements, row-major and big-endian. */
  data: Uint8Array
}

/**
 * Reads an IDX file, gzip or not. The header is compared with the file before the data is read.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE naming file, byte, what was found and expected
 */
export function readIdx(file: string, expected: IdxExpectation): Promise<Idx> {
  return reading(file, () =>
    withRegular(file, async (handle) => {
      const { size } = await handle.stat()
      if (size > largestFile) throw new Error(`found ${size} bytes; expected at most ${largestFile}`)
      const start = Buffer.alloc(Math.min(size, startBytes))
      await fill(handle, start, file)
      const isPacked = start[0] === 0x1f && start[1] === 0x8b
      const shape = parseIdxHeader(isPacked ? await unpackStart(start, file) : start, file, expected)
      if (!isPacked) requireSize(size, shape, file, expected)
      const rest = await readRest(handle, size, start, file)
      const bytes = isPacked ? await unpackAll(rest, shape, file, expected) : rest
      requireSize(bytes.length, shape, file, expected)
      const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
      return { shape, data: data.subarray(headerLength(expected)) }
    }),
  )
}

/** The first bytes that are looked at: more than any header, packed or not. */
const startBytes = 1024

/** Reads all `size` bytes of a file after the first ones. */
async function readRest(handle: FileHandle, size: number, start: Uint8Array, file: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  bytes.set(start)
  await fill(handle, bytes.subarray(start.length), file)
  return bytes
}

const unpack = promisify<Uint8Array, ZlibOptions, Buffer>(gunzip)

/** Unpacks the first bytes of a packed file. */
function unpackStart(start: Uint8Array, file: string): Promise<Buffer> {
  return unpack(start, { finishFlush: constants.Z_SYNC_FLUSH }).catch((error: Error) => refuse(start, file, error))
}

/** Unpacks a file, but no more bytes than its header gives. */
function unpackAll(
  bytes: Uint8Array,
  shape: readonly number[],
  file: string,
  expected: IdxExpectation,
): Promise<Buffer> {
  return unpack(bytes, { maxOutputLength: sizeOf(shape, expected) }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') requireSize(Infinity, shape, file, expected)
    return refuse(bytes, file, error)
  })
}

function refuse(bytes: Uint8Array, file: string, cause: Error): never {
  const problem = `found broken or truncated gzip data: ${cause.message}`
  throw new LayerRotationError('INVALID_FILE', `${file}: bytes 0 to ${bytes.length}: ${problem}`, { cause })
}
