/** A data type of safetensors. */
export interface DataType {
  /** Bytes an element. */
  bytes: number
  /** The elements of a buffer as numbers, which F32 then rounds; little-endian, as are all platforms of LibTorch. */
  decode(buffer: ArrayBuffer): ArrayLike<number>
  /** Of the types that files of this package hold: an array for so many elements as they are. */
  allocate?(length: number): ExactArray
}

/** The elements of a tensor as a file of this package holds them. */
export type ExactArray = Float32Array | Float64Array | Uint8Array

/** The name of the type of an array. */
export const dataTypeOf = (data: ExactArray): 'F32' | 'F64' | 'U8' =>
  data instanceof Float32Array ? 'F32' : data instanceof Float64Array ? 'F64' : 'U8'

/** Those that become F32; of the others, such as 8-bit floats, no network of this package makes use. */
export const dataTypes: ReadonlyMap<string, DataType> = new Map([
  ['F32', { bytes: 4, decode: (buffer) => new Float32Array(buffer), allocate: (length) => new Float32Array(length) }],
  ['F64', { bytes: 8, decode: (buffer) => new Float64Array(buffer), allocate: (length) => new Float64Array(length) }],
  ['F16', { bytes: 2, decode: (buffer) => Float32Array.from(new Uint16Array(buffer), half) }],
  [
    'BF16',
    { bytes: 2, decode: (buffer) => new Float32Array(Uint32Array.from(new Uint16Array(buffer), bfloat16).buffer) },
  ],
  ['I64', { bytes: 8, decode: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number) }],
  ['I32', { bytes: 4, decode: (buffer) => new Int32Array(buffer) }],
  ['I16', { bytes: 2, decode: (buffer) => new Int16Array(buffer) }],
  ['I8', { bytes: 1, decode: (buffer) => new Int8Array(buffer) }],
  ['U64', { bytes: 8, decode: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number) }],
  ['U32', { bytes: 4, decode: (buffer) => new Uint32Array(buffer) }],
  ['U16', { bytes: 2, decode: (buffer) => new Uint16Array(buffer) }],
  ['U8', { bytes: 1, decode: (buffer) => new Uint8Array(buffer), allocate: (length) => new Uint8Array(length) }],
  ['BOOL', { bytes: 1, decode: (buffer) => new Uint8Array(buffer) }],
] satisfies [string, DataType][])

/** The value of an IEEE half: 1 sign, 5 exponent and 10 fraction bits. */
function half(bits: number): number {
  const sign = bits >>> 15 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  // Below the smallest exponent the leading one is missing.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The bits of the float whose upper half is a bfloat16. */
const bfloat16 = (bits: number): number => bits << 16
