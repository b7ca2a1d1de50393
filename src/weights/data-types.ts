/** A data type of safetensors. */
export interface DataType {
  /** Bytes per element. */
  bytes: number
  /** Reads the elements of a buffer as numbers; little-endian, like all platforms of LibTorch. */
  decode(buffer: ArrayBuffer): ArrayLike<number>
  /** Makes an array that holds the elements exactly; only for the types in files of this package. */
  allocate?(length: number): ExactArray
}

/** The elements of a tensor in a file of this package. */
export type ExactArray = Float32Array | Float64Array | Uint8Array

/** The name of the data type of an array. */
export const dataTypeOf = (data: ExactArray): 'F32' | 'F64' | 'U8' =>
  data instanceof Float32Array ? 'F32' : data instanceof Float64Array ? 'F64' : 'U8'

/** The data types that can be read, which become F32; the others, such as C64, cannot. */
export const dataTypes: ReadonlyMap<string, DataType> = new Map([
  ['F32', { bytes: 4, decode: (buffer) => new Float32Array(buffer), allocate: (length) => new Float32Array(length) }],
  ['F64', { bytes: 8, decode: (buffer) => new Float64Array(buffer), allocate: (length) => new Float64Array(length) }],
  ['F16', { bytes: 2, decode: (buffer) => Float32Array.from(new Uint16Array(buffer), half) }],
  [
    'BF16',
    { bytes: 2, decode: (buffer) => new Float32Array(Uint32Array.from(new Uint16Array(buffer), bfloat16).buffer) },
  ],
  ['F8_E4M3', { bytes: 1, decode: (buffer) => Float32Array.from(new Uint8Array(buffer), quarter) }],
  ['F8_E5M2', { bytes: 1, decode: (buffer) => Float32Array.from(new Uint8Array(buffer), (bits) => half(bits << 8)) }],
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

/** The value of an IEEE half-precision number: 1 sign bit, 5 exponent bits and 10 fraction bits. */
function half(bits: number): number {
  const sign = bits >>> 15 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  // Subnormal numbers, with exponent 0, have no implicit leading one.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The value of an 8-bit float of type E4M3: 1 sign bit, 4 exponent bits, 3 fraction bits, no infinity (arXiv 2209.05433). */
function quarter(bits: number): number {
  const sign = bits >>> 7 ? -1 : 1
  const exponent = (bits >>> 3) & 15
  const fraction = bits & 7
  if (exponent === 15 && fraction === 7) return NaN
  return exponent === 0 ? sign * fraction * 2 ** -9 : sign * (1 + fraction / 8) * 2 ** (exponent - 7)
}

/** The bits of the float32 whose upper half is a bfloat16. */
const bfloat16 = (bits: number): number => bits << 16
