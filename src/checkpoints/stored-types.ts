import type { StoredType } from '../native/contract.js'

/** Bytes of an element of each type that weights have; tensors of other types, such as counters, are no weights. */
export const bytesOf: Readonly<Record<StoredType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
}

export const isStoredType = (name: string): name is StoredType => Object.hasOwn(bytesOf, name)
