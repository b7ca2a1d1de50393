import type { FileHandle } from 'node:fs/promises'
import { LayerRotationError } from '../../errors.js'
import { withRegular } from '../../files/regular-file.js'
import type { StoredType } from '../../native/contract.js'
import { elements } from '../../shape.js'
import type { CheckpointTensor, FileTensors } from '../checkpoint.js'
import { inflated } from '../../files/inflated.js'
import { layoutOf } from '../layout.js'
import { bytesOf } from '../stored-types.js'
import type { ArchivedFile, ZipArchive } from '../../files/zip-archive.js'
import { npyHeadBytes, parseNpyHeader } from '../../files/npy-header.js'

/** The name of the only array of a .npy file. */
const onlyName = 'array'

const types: Readonly<Record<string, StoredType>> = { '<f8': 'F64', '<f4': 'F32', '<f2': 'F16' }

/**
 * Lists the array of a file that `numpy.save` wrote. Objects are never unpickled.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming the file
 * @throws system errors as they are
 */
export function readNpyFile(file: string): Promise<FileTensors> {
  return withRegular(file, async (handle) => {
    const place = { begin: 0, size: (await handle.stat()).size }
    const result: FileTensors = { tensors: [], notes: [] }
    addArray(result, onlyName, await headAt(handle, place), place, file)
    return result
  })
}

/** Tells whether an archive holds arrays of NumPy. */
export const isNpzArchive = ({ names }: ZipArchive): boolean => names.some((name) => name.endsWith('.npy'))

/**
 * Lists the arrays of a file that `numpy.savez` or `numpy.savez_compressed` wrote. Objects are never unpickled.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming the file
 * @throws system errors as they are
 */
export async function readNpzArchive(archive: ZipArchive, handle: FileHandle, file: string): Promise<FileTensors> {
  const result: FileTensors = { tensors: [], notes: [] }
  for (const entry of archive.names) {
    if (!entry.endsWith('.npy')) continue
    const place = await archive.find(entry)
    const head = place.deflated === undefined ? await headAt(handle, place) : await inflatedHead(file, place)
    addArray(result, entry.slice(0, -'.npy'.length), head, place, file)
  }
  return result
}

async function headAt(handle: FileHandle, { begin, size }: ArchivedFile): Promise<Buffer> {
  const length = Math.min(size, npyHeadBytes)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, begin)
  return buffer.subarray(0, bytesRead)
}

async function inflatedHead(file: string, place: ArchivedFile): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of inflated(file, place)) {
    parts.push(part)
    length += part.length
    if (length >= npyHeadBytes) break
  }
  return Buffer.concat(parts).subarray(0, npyHeadBytes)
}

/** Adds an array of weights to the result, or a note about it. */
function addArray({ tensors, notes }: FileTensors, name: string, head: Buffer, place: ArchivedFile, file: string) {
  const array = parseNpyHeader(head)
  const invalid = (problem: string) => new LayerRotationError('INVALID_FILE', `${file}: ${name} ${problem}`)
  if (array === undefined) throw invalid('has no valid header of a NumPy array; save it with numpy.save or numpy.savez')
  const { type: given, shape, isFortran, headerBytes } = array
  const left = `${file}: ${name} is left out, as it`
  if (given === '|O') notes.push(`${left} holds Python objects, which are never unpickled; save arrays of numbers`)
  if (given === '|V2')
    notes.push(`${left} holds 2 bytes of no known type, such as bfloat16; save it with .astype("float32")`)
  if (/^>f[248]$/.test(given ?? '')) {
    throw invalid(`is big-endian; save it with .astype("<${given!.slice(1)}")`)
  }
  const type = given !== undefined && Object.hasOwn(types, given) ? types[given] : undefined
  if (type === undefined) return
  const bytes = elements(shape) * bytesOf[type]
  if (headerBytes + bytes !== place.size) {
    throw invalid(`of shape [${shape.join(', ')}] has ${place.size - headerBytes} bytes; expected ${bytes}`)
  }
  const order = isFortran ? layoutOf(shape, fortranStrides(shape)) : undefined
  const tensor: CheckpointTensor = {
    ...{ name, shape, type, file, offset: place.begin + headerBytes },
    ...(order !== undefined && order.length > 0 && { order }),
    ...(place.deflated !== undefined && { parts: () => inflated(file, place, headerBytes) }),
  }
  tensors.push(tensor)
}

const fortranStrides = (shape: readonly number[]): number[] => shape.map((_, i) => elements(shape.slice(0, i)))
