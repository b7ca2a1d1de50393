import type { FileHandle } from 'node:fs/promises'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { LayerRotationError } from '../../errors.js'
import { isReadFailure } from '../../files/reading.js'
import { withRegular } from '../../files/regular-file.js'
import { ZipReader } from '../../files/zip-reader.js'
import { elements } from '../../shape.js'
import type { CheckpointTensor } from '../checkpoint.js'
import { bytesOf } from '../stored-types.js'
import { readPickle } from './pickle.js'
import { constructTensors, modelTensors, type PickledTensor } from './pickled-tensors.js'

/** The tensors of a file, and what is left out of them. */
export interface FileTensors {
  tensors: CheckpointTensor[]
  notes: string[]
}

/** The most files in an archive: one for each tensor. */
const mostEntries = 200_000

/** The most bytes of the pickle, which holds names and places only. */
const largestPickle = 2 ** 26

/**
 * Lists the tensors of a file that `torch.save` wrote since PyTorch 1.6: a ZIP archive with a pickle, which is read as data and
 * never run, and a file for each storage.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming the file
 * @throws system errors as they are
 */
export function readPytorchFile(file: string): Promise<FileTensors> {
  return withRegular(file, async (handle) => {
    const archive = await openArchive(handle, file)
    const pickle = readPickle(await archive.content('data.pkl', largestPickle), file, constructTensors)
    return placedTensors(modelTensors(pickle), archive, file)
  })
}

async function placedTensors(
  found: ReadonlyMap<string, PickledTensor>,
  archive: Archive,
  file: string,
): Promise<FileTensors> {
  const result: FileTensors = { tensors: [], notes: [] }
  const tied = new Map<string, string>()
  for (const [name, tensor] of found) {
    const { type, storage, offset, shape, strides } = tensor
    if (type === undefined) continue
    const layout = layoutOf(shape, strides)
    if (layout === undefined) {
      result.notes.push(`${file}: ${name} is left out, as its elements have gaps; save it with .contiguous()`)
      continue
    }
    const place = await archive.place(`data/${storage}`)
    if ((offset + elements(shape)) * bytesOf[type] > place.size) {
      throw invalid(file, `${name} reaches beyond its storage of ${place.size} bytes`)
    }
    const begin = place.begin + offset * bytesOf[type]
    const key = `${begin} ${type} ${shape.join()} ${layout.join()}`
    const twin = tied.get(key)
    if (twin !== undefined && elements(shape) > 0) {
      if (shape.length > 1) result.notes.push(`${file}: ${name} is tied to ${twin}, and counts once`)
      continue
    }
    tied.set(key, name)
    result.tensors.push({ name, shape, type, file, offset: begin, ...(layout.length > 0 && { order: layout }) })
  }
  return result
}

/**
 * The dimensions from the one that changes slowest to the fastest in memory; empty if they are in their order, undefined if the
 * elements do not fill a stretch without gaps.
 */
function layoutOf(shape: readonly number[], strides: readonly number[]): number[] | undefined {
  const dimensions = shape.map((_, i) => i).filter((i) => shape[i]! !== 1)
  const order = [...dimensions].sort((a, b) => strides[b]! - strides[a]! || a - b)
  let expected = 1
  for (const i of [...order].reverse()) {
    if (strides[i] !== expected) return elements(shape) === 0 ? [] : undefined
    expected *= shape[i]!
  }
  return order.every((dimension, i) => dimension === dimensions[i]) ? [] : order
}

/** The files of an archive below its one folder. */
interface Archive {
  content(name: string, largest: number): Promise<Uint8Array>
  /** The place of a file that is stored as it is. */
  place(name: string): Promise<{ begin: number; size: number }>
}

async function openArchive(handle: FileHandle, file: string): Promise<Archive> {
  const { size } = await handle.stat()
  const zip = await parsing(file, () =>
    yauzl.fromRandomAccessReaderPromise(new ZipReader(handle, size), size, { autoClose: false }),
  )
  if (zip.entryCount > mostEntries)
    throw invalid(file, `it holds ${zip.entryCount} files; expected at most ${mostEntries}`)
  const entries = await entriesOf(zip, file)
  const pickle = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name))
  if (pickle === undefined) throw invalid(file, 'it is a ZIP archive without data.pkl')
  const root = pickle.slice(0, -'data.pkl'.length)
  if (entries.has(`${root}constants.pkl`))
    throw invalid(file, 'it is a TorchScript archive; save the state_dict instead')
  const entryOf = (name: string): Entry => {
    const entry = entries.get(root + name)
    if (entry === undefined) throw invalid(file, `${root}${name} is missing; get the file again`)
    if (entry.compressionMethod !== 0)
      throw invalid(file, `${root}${name} is compressed; expected it as torch.save stores it`)
    return entry
  }
  const place = async (name: string) => {
    const entry = entryOf(name)
    const { fileDataStart } = await parsing(file, () => zip.readLocalFileHeaderPromise(entry, { minimal: true }))
    return { begin: fileDataStart, size: entry.uncompressedSize }
  }
  const content = async (name: string, largest: number) => {
    const { begin, size: length } = await place(name)
    if (length > largest) throw invalid(file, `${root}${name} has ${length} bytes; expected at most ${largest}`)
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length;) {
      const { bytesRead } = await handle.read(bytes, at, length - at, begin + at)
      if (bytesRead === 0) throw invalid(file, `it ends within ${root}${name}`)
      at += bytesRead
    }
    return bytes
  }
  if (entries.has(`${root}byteorder`)) {
    const order = new TextDecoder().decode(await content('byteorder', 64))
    if (order !== 'little') throw invalid(file, `its byte order is ${JSON.stringify(order)}; expected little`)
  }
  return { content, place }
}

async function entriesOf(zip: ZipFile, file: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  const iterator = zip.eachEntry()
  for (;;) {
    const { value, done } = (await parsing(file, () => iterator.next())) as IteratorResult<Entry, undefined>
    if (done) return entries
    entries.set(value.fileName, value)
  }
}

async function parsing<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof LayerRotationError || isReadFailure(cause)) throw cause
    throw invalid(file, (cause as Error).message, cause)
  }
}

const invalid = (file: string, problem: string, cause?: unknown): LayerRotationError =>
  new LayerRotationError('INVALID_FILE', `${file} is not a valid PyTorch file: ${problem}`, { cause })
