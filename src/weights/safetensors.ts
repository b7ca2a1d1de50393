import type { FileHandle } from 'node:fs/promises'
import { LayerRotationError } from '../errors.js'
import { openRegular } from '../files/regular-file.js'
import { requireMemory } from '../memory.js'
import type { NamedTensor } from '../native/contract.js'
import { dataTypeOf, type ExactArray } from './data-types.js'
import { failIn, headerStart, isSizes, parseHeader, type Entry, type Fail } from './header.js'
import { elements } from '../shape.js'

/**
 * The safetensors format: the length of the header (8 bytes, little-endian), the header in JSON, then the tensors' bytes
 * without gaps. This package writes weights in F32 and, in checkpoints, also F64 and U8.
 * https://github.com/huggingface/safetensors#format
 */

/** A tensor in the data type of its file. */
export interface ExactTensor {
  name: string
  shape: readonly number[]
  data: ExactArray
}

/** Returns the consecutive parts of a safetensors file with the tensors in the given order; their data are not copied. */
export function encodeSafetensors(tensors: readonly ExactTensor[]): Uint8Array[] {
  const names = new Set<string>()
  let offset = 0
  const entries = tensors.map(({ name, shape, data }) => {
    requireSound(name, shape, data, names)
    names.add(name)
    const begin = offset
    offset += data.byteLength
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: dataTypeOf(data), shape, data_offsets: [begin, offset] })}`
  })
  const header = padded(new TextEncoder().encode(`{${entries.join(',')}}`))
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true)
  return [length, header, ...tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]
}

/** Pads the header with spaces to a multiple of 8 bytes, so that the tensors are aligned in the file. */
function padded(header: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(header.length / 8) * 8).fill(0x20)
  bytes.set(header)
  return bytes
}

function requireSound(name: string, shape: readonly number[], data: ExactArray, names: ReadonlySet<string>): void {
  const wrong = (problem: string) => {
    throw new LayerRotationError('INVALID_CONFIG', `the tensor ${JSON.stringify(name)} ${problem}`)
  }
  if (name === '__metadata__') wrong('has a name that the safetensors format reserves; choose another name')
  if (names.has(name)) wrong('appears twice; choose a different name for each tensor')
  if (!isSizes(shape)) wrong(`has the shape ${JSON.stringify(shape)}; expected a list of whole numbers of at least 0`)
  if (data.length !== elements(shape)) {
    wrong(`of shape [${shape.join(', ')}] has ${data.length} elements; expected ${elements(shape)}`)
  }
}

/** The most bytes of a header that is read; that of a network of a thousand layers is far smaller. */
const largestHeader = 2 ** 24

/** Bytes that are read at a time: a multiple of the size of every element. */
const chunkSize = 2 ** 24

/**
 * Reads a safetensors file; all its tensors become F32. Lengths are checked against the size of the file before anything is
 * allocated.
 *
 * @returns the tensors in the order of the file
 * @throws {LayerRotationError} INVALID_FILE, naming file and byte; OUT_OF_MEMORY
 * @throws system errors as they are
 */
export function readSafetensors(file: string): Promise<NamedTensor[]> {
  return readTensors(file, (length) => new Float32Array(length))
}

/**
 * Reads a safetensors file that this package wrote; each tensor keeps its data type, F32, F64 or U8.
 *
 * @throws {LayerRotationError} INVALID_FILE, also for another data type; OUT_OF_MEMORY
 * @throws system errors as they are
 */
export function readExactTensors(file: string): Promise<ExactTensor[]> {
  return readTensors(file, (length, { name, dataType, begin }, fail) => {
    return (
      dataType.allocate?.(length) ??
      fail(begin, `${name} has a data type that checkpoints do not use; expected F32, F64 or U8`)
    )
  })
}

type Allocate<Data extends ExactArray> = (length: number, entry: Entry, fail: Fail) => Data

async function readTensors<Data extends ExactArray>(
  file: string,
  allocate: Allocate<Data>,
): Promise<{ name: string; shape: number[]; data: Data }[]> {
  const fail = failIn(file)
  const handle = await openRegular(file)
  try {
    const entries = await readHeader(handle, fail)
    requireMemory(memoryOf(entries), `${file}: byte ${headerStart}: its tensors`)
    const tensors: { name: string; shape: number[]; data: Data }[] = []
    for (const entry of entries) {
      const data = allocate((entry.end - entry.begin) / entry.dataType.bytes, entry, fail)
      await readTensor(handle, entry, data, fail)
      tensors.push({ name: entry.name, shape: entry.shape, data })
    }
    return tensors
  } finally {
    await handle.close()
  }
}

async function readHeader(handle: FileHandle, fail: Fail): Promise<Entry[]> {
  const { size } = await handle.stat()
  if (size < headerStart) return fail(0, `found ${size} bytes; expected at least ${headerStart}`)
  const length = new DataView(await readBytes(handle, 0, headerStart, fail)).getBigUint64(0, true)
  if (length > BigInt(size - headerStart)) {
    return fail(0, `found a header length of ${length}; the file has ${size - headerStart} more bytes`)
  }
  if (length > largestHeader) return fail(0, `found a header length of ${length}; expected at most ${largestHeader}`)
  return parseHeader(new Uint8Array(await readBytes(handle, headerStart, Number(length), fail)), size, fail)
}

/** Bytes that the tensors take as F32. */
const memoryOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, entry) => sum + (4 * (entry.end - entry.begin)) / entry.dataType.bytes, 0)

async function readTensor(handle: FileHandle, entry: Entry, data: ExactArray, fail: Fail): Promise<void> {
  const { begin, end, dataType } = entry
  for (let at = begin; at < end; at += chunkSize) {
    const chunk = await readBytes(handle, at, Math.min(chunkSize, end - at), fail)
    data.set(dataType.decode(chunk), (at - begin) / dataType.bytes)
  }
}

async function readBytes(handle: FileHandle, position: number, length: number, fail: Fail): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) return fail(position + done, 'the file became shorter while it was being read')
    done += bytesRead
  }
  return bytes.buffer
}
