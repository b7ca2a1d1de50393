import { LayerRotationError } from '../../errors.js'
import { parseNpyHeader, type NpyArray } from '../../files/npy-header.js'
import { elements } from '../../shape.js'

/** The element types that are read, by their names in NumPy: bytes each, and a view of their bytes. */
export const arrayTypes = {
  '|u1': { bytes: 1, view: (bytes: ArrayBuffer) => new Uint8Array(bytes) },
  '|i1': { bytes: 1, view: (bytes: ArrayBuffer) => new Int8Array(bytes) },
  '<u2': { bytes: 2, view: (bytes: ArrayBuffer) => new Uint16Array(bytes) },
  '<i2': { bytes: 2, view: (bytes: ArrayBuffer) => new Int16Array(bytes) },
  '<u4': { bytes: 4, view: (bytes: ArrayBuffer) => new Uint32Array(bytes) },
  '<i4': { bytes: 4, view: (bytes: ArrayBuffer) => new Int32Array(bytes) },
  '<u8': { bytes: 8, view: (bytes: ArrayBuffer) => new BigUint64Array(bytes) },
  '<i8': { bytes: 8, view: (bytes: ArrayBuffer) => new BigInt64Array(bytes) },
  '<f4': { bytes: 4, view: (bytes: ArrayBuffer) => new Float32Array(bytes) },
} as const

export type ArrayType = keyof typeof arrayTypes

/** The header of an array that is read. */
export interface ArrayHeader extends Pick<NpyArray, 'shape' | 'headerBytes'> {
  type: ArrayType
  /** Bytes of its elements. */
  bytes: number
}

/** The types of images, and of labels. */
export const imageTypes: readonly ArrayType[] = ['|u1', '<f4']
export const labelTypes: readonly ArrayType[] = ['|u1', '|i1', '<u2', '<i2', '<u4', '<i4', '<u8', '<i8']

/**
 * Reads the header of an array, and checks that it can be read.
 *
 * @param head the beginning of its bytes
 * @param size its bytes, header included
 * @param allowed the types that it may have
 * @param path its path, for errors
 * @throws {LayerRotationError} INVALID_FILE
 */
export function parseArrayHeader(head: Buffer, size: number, allowed: readonly ArrayType[], path: string): ArrayHeader {
  const array = parseNpyHeader(head)
  if (array === undefined)
    return refuse(path, 'has no valid header of a NumPy array; save it with numpy.save or numpy.savez')
  const { type: given = 'a structure', shape, isFortran, headerBytes } = array
  if (given === '|O') refuse(path, 'holds Python objects, which are never unpickled; save an array of numbers')
  const type = allowed.find((one) => one === given)
  if (type === undefined) {
    const names = allowed === imageTypes ? 'uint8 or float32' : 'integers'
    const order = /^>/.test(given) ? 'big-endian ' : ''
    const remedy = allowed === imageTypes ? '.astype("uint8") or .astype("<f4")' : '.astype("<i4")'
    return refuse(path, `holds ${order}elements of ${given}; expected ${names}, little-endian: save it with ${remedy}`)
  }
  if (isFortran && shape.filter((length) => length !== 1).length > 1) {
    refuse(path, 'is in Fortran order; save numpy.ascontiguousarray of it')
  }
  const bytes = elements(shape) * arrayTypes[type].bytes
  if (headerBytes + bytes !== size) {
    refuse(path, `of shape [${shape.join(', ')}] has ${size - headerBytes} bytes of elements; expected ${bytes}`)
  }
  return { type, shape, headerBytes, bytes }
}

export function refuse(path: string, problem: string): never {
  throw new LayerRotationError('INVALID_FILE', `${path} ${problem}`)
}
