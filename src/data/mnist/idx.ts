import { open, stat, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, gunzip, type ZlibOptions } from 'node:zlib'
import { LayerRotationError } from '../../errors.js'
import { reading } from '../../files/reading.js'
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
 * @throws {LayerRotationError} MISSING_FILE; INVALID_FILE naming file, byte, what was found and expected
 */
export async function readIdx(file: string, expected: IdxExpectation): Promise<Idx> {
  const handle = await openFile(file)
  try {
    const start = await readStart(handle)
    const isGzip = start[0] === 0x1f && start[1] === 0x8b
    return isGzip ? await readPacked(handle, start, file, expected) : await readPlain(handle, start, file, expected)
  } finally {
    await handle.close()
  }
}

async function openFile(file: string): Promise<FileHandle> {
  return reading(file, async () => {
    const status = await stat(file)
    if (status.isFile() && status.size <= largestFile) return open(file)
    const message = `${file} is not an IDX file; expected a regular file of at most ${largestFile} bytes`
    throw new LayerRotationError('INVALID_FILE', message)
  })
}

/** Reads the first bytes: more than any header, packed or not. */
async function readStart(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0)
  return buffer.subarray(0, bytesRead)
}

async function readPlain(handle: FileHandle, start: Buffer, file: string, expected: IdxExpectation): Promise<Idx> {
  const shape = parseIdxHeader(start, file, expected)
  requireSize((await handle.stat()).size, shape, file, expected)
  return { shape, data: (await handle.readFile()).subarray(headerLength(expected)) }
}

async function readPacked(handle: FileHandle, start: Buffer, file: string, expected: IdxExpectation): Promise<Idx> {
  const shape = parseIdxHeader(await unpackStart(start, file), file, expected)
  const bytes = await unpackAll(await handle.readFile(), shape, file, expected)
  requireSize(bytes.length, shape, file, expected)
  return { shape, data: bytes.subarray(headerLength(expected)) }
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
