import type { FileHandle } from 'node:fs/promises'
import { withRegular } from '../../files/regular-file.js'
import type { FileTensors } from '../checkpoint.js'
import { parseBeginning } from '../parse-beginning.js'
import type { Invalid, Stretch } from '../../files/zip-archive.js'
import { PickledGlobal, readPickle, type Pickle } from './pickle.js'
import { constructTensors, modelTensors, PickledTensor, storageOf } from './pickled-tensors.js'
import { placedTensors } from './placed-tensors.js'
import { invalidPytorch, largestPickle } from './pytorch-file.js'

/** A pickle of the number 0x1950a86a20f9469cfc6c, with which these files begin; protocols from 4 on put a frame around it. */
const magic = /^\x80[\x02-\x05](?:\x95[^]{8})?\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\./

/** Tells a file by its first bytes. */
export const isLegacyPytorch = (head: Buffer): boolean => magic.test(head.toString('latin1'))

/** Bytes of an element, by the classes of storages; those between the weights' storages must be passed over. */
const elementBytes: Readonly<Record<string, number>> = {
  ...{ DoubleStorage: 8, FloatStorage: 4, HalfStorage: 2, BFloat16Storage: 2 },
  ...{ LongStorage: 8, IntStorage: 4, ShortStorage: 2, CharStorage: 1, ByteStorage: 1, BoolStorage: 1 },
  ...{ ComplexDoubleStorage: 16, ComplexFloatStorage: 8, UntypedStorage: 1 },
  ...{ QInt8Storage: 1, QUInt8Storage: 1, QInt32Storage: 4, QUInt4x2Storage: 1, QUInt2x4Storage: 1 },
}

/**
 * Lists the tensors of a file that `torch.save` wrote until PyTorch 1.5, and since then if it is asked to: five pickles (a magic
 * number, a version, facts about the machine, the object, the keys of the storages), then for each storage the number of its
 * elements and its bytes.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming the file
 * @throws system errors as they are
 */
export function readLegacyPytorchFile(file: string): Promise<FileTensors> {
  const invalid = invalidPytorch(file)
  return withRegular(file, async (handle) => {
    const { size } = await handle.stat()
    const [pickles, end] = await parseBeginning(handle, largestPickle, (bytes) => splitPickles(bytes, file))
    const [, version, machine, object, keys] = pickles
    if (version!.value !== 1001) throw invalid(`its version is ${String(version!.value)}; expected 1001`)
    if (machine!.value instanceof Map && machine!.value.get('little_endian') === false) {
      throw invalid('its byte order is big; expected little')
    }
    const storages = await placedStorages(handle, size, end, keys!.value, bytesByKey(object!), invalid)
    const place = (key: string): Stretch => {
      const found = storages.get(key)
      if (found === undefined) throw invalid(`the storage ${key} is missing; get the file again`)
      return found
    }
    return placedTensors(modelTensors(object!.value, PickledTensor), file, place, invalid)
  })
}

const picklesAtBegin = 5

/** Reads the pickles at the beginning of a file, which do not say how long they are. @returns them and where they end */
function splitPickles(bytes: Buffer, file: string): [Pickle[], number] {
  const pickles: Pickle[] = []
  let at = 0
  while (pickles.length < picklesAtBegin) {
    const pickle = readPickle(bytes.subarray(at), file, constructTensors)
    pickles.push(pickle)
    at += pickle.length
  }
  return [pickles, at]
}

/** Bytes of an element of each storage; the first reference to one says how it is stored. */
function bytesByKey({ references }: Pickle): Map<string, number | undefined> {
  const bytes = new Map<string, number | undefined>()
  for (const reference of references) {
    const storage = storageOf(reference)
    if (storage === undefined || bytes.has(storage.key)) continue
    const { key, elementClass } = storage
    const name = elementClass instanceof PickledGlobal ? elementClass.name : ''
    bytes.set(key, Object.hasOwn(elementBytes, name) ? elementBytes[name] : undefined)
  }
  return bytes
}

/** Finds the storages one behind the other. */
async function placedStorages(
  handle: FileHandle,
  size: number,
  begin: number,
  keys: unknown,
  elementSizes: ReadonlyMap<string, number | undefined>,
  invalid: Invalid,
): Promise<Map<string, Stretch>> {
  if (!Array.isArray(keys)) throw invalid('its fifth pickle is no list of storages')
  const places = new Map<string, Stretch>()
  let at = begin
  for (const key of keys as unknown[]) {
    const bytes = typeof key === 'string' ? elementSizes.get(key) : undefined
    if (typeof key !== 'string' || bytes === undefined) throw invalid('it has a storage of an unknown type')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, at)
    const length = bytesRead < 8 ? -1 : Number(buffer.readBigInt64LE(0)) * bytes
    at += 8
    if (length < 0 || length > size - at) throw invalid(`it ends within the storage ${key}, at byte ${at}`)
    places.set(key, { begin: at, size: length })
    at += length
  }
  return places
}
