import type { FileHandle } from 'node:fs/promises'
import { LayerRotationError } from '../errors.js'
import { withRegular } from '../files/regular-file.js'
import { requireMemory } from '../memory.js'
import type { NamedTensor } from '../native/contract.js'
import { dataTypeOf, dataTypes, type DataType, type ExactArray } from './data-types.js'
import { fileKind, kindBytes } from './file-kind.js'
import {
  failIn,
  headerStart,
  isSizes,
  longestName,
  parseHeader,
  parseMetadata,
  type Entry,
  type Fail,
} from './header.js'
import { elements } from '../shape.js'
import { show } from '../validation/validate.js'

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

/** The metadata that PyTorch's files have, without which other libraries refuse them. */
const format = { format: 'pt' }

/**
 * Returns the consecutive parts of a safetensors file with the tensors in the given order; their data are not copied.
 *
 * @param metadata texts by name, which other programs ignore
 */
export function encodeSafetensors(
  tensors: readonly ExactTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const names = new Set<string>()
  let offset = 0
  const entries = tensors.map(({ name, shape, data }) => {
    requireSound(name, shape, data, names)
    names.add(name)
    const begin = offset
    offset += data.byteLength
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: dataTypeOf(data), shape, data_offsets: [begin, offset] })}`
  })
  const about = `"__metadata__":${JSON.stringify({ ...format, ...metadata })}`
  const header = padded(new TextEncoder().encode(`{${[about, ...entries].join(',')}}`))
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
    throw new LayerRotationError('INVALID_CONFIG', `the tensor ${JSON.stringify(name.slice(0, 200))} ${problem}`)
  }
  if (name.length > longestName) wrong(`has a name of ${name.length} characters; expected at most ${longestName}`)
  if (name === '__metadata__') wrong('has a name that the safetensors format reserves; choose another name')
  if (names.has(name)) wrong('appears twice; choose a different name for each tensor')
  if (!isSizes(shape)) wrong(`has the shape ${show(shape)}; expected a list of whole numbers of at least 0`)
  if (data.length !== elements(shape)) {
    wrong(`of shape [${shape.join(', ')}] has ${data.length} elements; expected ${elements(shape)}`)
  }
}

/** The most bytes of a header that is read; that of a network of a thousand layers is far smaller. */
const largestHeader = 2 ** 24

/** Bytes that are read at a time: a multiple of the size of every element. */
const chunkSize = 2 ** 24

/** A tensor as the header of a file describes it. */
export interface TensorDescription {
  name: string
  dtype: string
  shape: readonly number[]
}

/**
 * Chooses from the header of a file which tensors are read, before any of them is.
 *
 * @returns the names of the tensors to read, and the names to give them
 */
export type Choose = (tensors: readonly TensorDescription[]) => ReadonlyMap<string, string>

const all: Choose = (tensors) => new Map(tensors.map(({ name }) => [name, name]))

/**
 * Reads a safetensors file; its tensors become F32. Lengths are checked against the size of the file before anything is
 * allocated.
 *
 * @param choose chooses the tensors to read, by default all
 * @returns the chosen tensors in the order of the file
 * @throws {LayerRotationError} INVALID_FILE, naming file and byte, also for a chosen tensor of a data type that cannot become
 *   F32; OUT_OF_MEMORY
 * @throws system errors as they are
 */
export function readSafetensors(file: string, choose: Choose = all): Promise<NamedTensor[]> {
  return readTensors(file, (length) => new Float32Array(length), choose)
}

/**
 * Reads a safetensors file that this package wrote; each tensor keeps its data type, F32, F64 or U8.
 *
 * @throws {LayerRotationError} INVALID_FILE, also for another data type; OUT_OF_MEMORY
 * @throws system errors as they are
 */
export function readExactTensors(file: string): Promise<ExactTensor[]> {
  const allocate: Allocate<ExactArray> = (length, { name, dataType, begin }, fail) =>
    dataType.allocate?.(length) ??
    fail(begin, `${name} has a data type that checkpoints do not use; expected F32, F64 or U8`)
  return readTensors(file, allocate, all)
}

/**
 * Reads the header of a safetensors file.
 *
 * @returns its tensors in the order of their bytes
 * @throws {LayerRotationError} INVALID_FILE, naming file and byte
 * @throws system errors as they are
 */
export function readTensorList(file: string): Promise<Entry[]> {
  const fail = failIn(file)
  return withRegular(file, (handle) => readHeader(handle, file, fail))
}

/**
 * Reads the texts that a safetensors file has beside its tensors.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming file and byte
 * @throws system errors as they are
 */
export function readMetadata(file: string): Promise<Map<string, string>> {
  const fail = failIn(file)
  return withRegular(file, async (handle) => parseMetadata(await readHeaderBytes(handle, file, fail), fail))
}

/** A tensor whose data type can be read. */
type ReadableEntry = Entry & { dataType: DataType }

type Allocate<Data extends ExactArray> = (length: number, entry: ReadableEntry, fail: Fail) => Data

async function readTensors<Data extends ExactArray>(
  file: string,
  allocate: Allocate<Data>,
  choose: Choose,
): Promise<{ name: string; shape: number[]; data: Data }[]> {
  const fail = failIn(file)
  return withRegular(file, async (handle) => {
    const entries = await readHeader(handle, file, fail)
    const chosen = choose(entries)
    const wanted = entries.filter(({ name }) => chosen.has(name)).map((entry) => readable(entry, fail))
    requireMemory(memoryOf(wanted), `${file}: byte ${headerStart}: its tensors`)
    const tensors: { name: string; shape: number[]; data: Data }[] = []
    for (const entry of wanted) {
      const data = allocate((entry.end - entry.begin) / entry.dataType.bytes, entry, fail)
      await readTensor(handle, entry, data, fail)
      tensors.push({ name: chosen.get(entry.name)!, shape: entry.shape, data })
    }
    return tensors
  })
}

function readable(entry: Entry, fail: Fail): ReadableEntry {
  const { name, dtype, dataType, begin } = entry
  if (dataType !== undefined) return { ...entry, dataType }
  const known = [...dataTypes.keys()].join(', ')
  return fail(begin, `${name} is of type ${dtype}, which cannot become F32; expected one of ${known}`)
}

async function readHeader(handle: FileHandle, file: string, fail: Fail): Promise<Entry[]> {
  const bytes = await readHeaderBytes(handle, file, fail)
  return parseHeader(bytes, (await handle.stat()).size, fail)
}

/** Reads the header without its length. */
async function readHeaderBytes(handle: FileHandle, file: string, fail: Fail): Promise<Uint8Array> {
  const { size } = await handle.stat()
  if (size === 0) return fail(0, 'the file is empty; get it again')
  if (size < headerStart) return fail(0, `found ${size} bytes; expected at least ${headerStart}`)
  const length = new DataView(await readBytes(handle, 0, headerStart, fail)).getBigUint64(0, true)
  if (length > BigInt(Math.min(size - headerStart, largestHeader))) await requireKind(handle, file, size, fail)
  if (length === 0n) return fail(0, 'found a header length of 0, as in a file that is not downloaded to its end')
  if (length > BigInt(size - headerStart)) {
    return fail(0, `found a header length of ${length}; the file has ${size - headerStart} more bytes`)
  }
  if (length > largestHeader) return fail(0, `found a header length of ${length}; expected at most ${largestHeader}`)
  return new Uint8Array(await readBytes(handle, headerStart, Number(length), fail))
}

/** Refuses a file of another kind by its name and with a way to convert it. */
async function requireKind(handle: FileHandle, file: string, size: number, fail: Fail): Promise<void> {
  const kind = fileKind(new Uint8Array(await readBytes(handle, 0, Math.min(size, kindBytes), fail)), file)
  if (kind === undefined) return
  throw new LayerRotationError('INVALID_FILE', `${file} is not a safetensors file but ${kind.name}; ${kind.remedy}`)
}

/** Bytes that the tensors take as F32. */
const memoryOf = (entries: readonly ReadableEntry[]): number =>
  entries.reduce((sum, entry) => sum + (4 * (entry.end - entry.begin)) / entry.dataType.bytes, 0)

async function readTensor(handle: FileHandle, entry: ReadableEntry, data: ExactArray, fail: Fail): Promise<void> {
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
