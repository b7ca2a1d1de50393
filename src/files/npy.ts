/** The header ends at a multiple of so many bytes, so that the elements are aligned. */
const alignment = 64

/**
 * Returns the consecutive parts of a .npy file, whose elements are not copied.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @param values row-major
 */
export function encodeNpy(values: Uint8Array | Int32Array | Float32Array, shape: readonly number[]): Uint8Array[] {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
  const dict = `{'descr': '${typeOf(values)}', 'fortran_order': False, 'shape': ${tuple}, }`
  const begin = 10
  const length = Math.ceil((begin + dict.length + 1) / alignment) * alignment - begin
  const header = Buffer.alloc(begin + length)
  header.write('\x93NUMPY\x01\x00', 'latin1')
  header.writeUInt16LE(length, 8)
  header.write(`${dict.padEnd(length - 1)}\n`, begin, 'latin1')
  return [header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]
}

const typeOf = (values: Uint8Array | Int32Array | Float32Array): string =>
  values instanceof Uint8Array ? '|u1' : values instanceof Int32Array ? '<i4' : '<f4'
