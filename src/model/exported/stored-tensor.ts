import type { ConstantType } from './program.js'
import { elements } from '../../shape.js'
import { invalid, type ExportedArchive } from './archive.js'
import { scalarType } from './graph.js'
import type { TensorMeta } from './program-schema.js'

const bytesOf: Readonly<Record<ConstantType, number>> = {
  U8: 1,
  I8: 1,
  BOOL: 1,
  I16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  F32: 4,
  I64: 8,
  F64: 8,
}

/** A tensor of an archive, its elements in row-major order. */
export interface StoredTensor {
  type: ConstantType
  shape: number[]
  data: Uint8Array
}

/** Reads a tensor from an entry of an archive. @throws {LayerRotationError} INVALID_FILE if it reaches beyond its entry */
export function readStored(archive: ExportedArchive, entry: string, meta: TensorMeta): StoredTensor {
  const type = scalarType(meta.dtype) as ConstantType | ''
  if (type === '')
    throw invalid(archive.file, `${entry} is of the type with the number ${meta.dtype}, which is not read`)
  const shape = meta.sizes.map(({ as_int }) => as_int)
  const strides = meta.strides.map(({ as_int }) => as_int)
  const size = bytesOf[type]
  const count = elements(shape)
  const bytes = archive.bytes(entry)
  const reach = shape.map((length, i) => (length - 1) * (strides[i] ?? 0)).reduce((sum, x) => sum + x, 0)
  const begin = meta.storage_offset.as_int
  const isInside = strides.length === shape.length && strides.every((stride) => stride >= 0)
  if (count === 0) return { type, shape, data: new Uint8Array() }
  if (!isInside || (begin + reach + 1) * size > bytes.length || count * size > bytes.length) {
    throw invalid(
      archive.file,
      `${entry} has ${bytes.length} bytes, which a tensor of [${shape.join(', ')}] does not fit`,
    )
  }
  return { type, shape, data: gather(bytes, begin, shape, strides, size) }
}

/** Copies elements of `size` bytes into row-major order. */
function gather(
  bytes: Uint8Array,
  begin: number,
  shape: readonly number[],
  strides: readonly number[],
  size: number,
): Uint8Array {
  const count = elements(shape)
  const isRowMajor = shape.every((length, i) => length === 1 || strides[i] === elements(shape.slice(i + 1)))
  if (isRowMajor) return bytes.slice(begin * size, (begin + count) * size)
  const result = new Uint8Array(count * size)
  const at = shape.map(() => 0)
  for (let i = 0, from = begin; i < count; i++) {
    result.set(bytes.subarray(from * size, (from + 1) * size), i * size)
    for (let d = shape.length - 1; d >= 0; d--) {
      at[d]!++
      from += strides[d]!
      if (at[d]! < shape[d]!) break
      from -= at[d]! * strides[d]!
      at[d] = 0
    }
  }
  return result
}
