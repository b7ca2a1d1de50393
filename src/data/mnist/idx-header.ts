import { LayerRotationError } from '../../errors.js'
import { elements } from '../../shape.js'

/** The expected content of an IDX file. */
export interface IdxExpectation {
  /** The content in messages: 'images', 'labels'. */
  content: string
  /** The type of the elements: bytes without a sign, or integers of 32 bits. */
  type?: ElementType
  /** The dimensions, the number of items first; null for any length. */
  shape: readonly (number | null)[]
}

/** The most bytes of a file, packed or unpacked: 1 GiB, about 1.4 million images of MNIST's size. */
export const largestFile = 2 ** 30

/** The element types with their numbers in a header and their bytes. */
const elementTypes = { ubyte: { code: 0x08, bytes: 1 }, int: { code: 0x0c, bytes: 4 } }

type ElementType = keyof typeof elementTypes

const elementType = ({ type = 'ubyte' }: IdxExpectation) => elementTypes[type]

export const headerLength = (expected: IdxExpectation): number => 4 + 4 * expected.shape.length

/**
 * Reads the shape from a header.
 *
 * @param start the first bytes of the file, at least the header if the file has one
 * @throws {LayerRotationError} INVALID_FILE, naming file, byte, what was found and expected
 */
export function parseIdxHeader(start: Buffer, file: string, expected: IdxExpectation): number[] {
  const length = headerLength(expected)
  const magic = (elementType(expected).code << 8) | expected.shape.length
  if (start.length >= 4 && start.readUInt32BE(0) !== magic) {
    const found = start.readUInt32BE(0)
    fail(file, 0, `found magic number ${hex(found)}${meaning(found)}; expected ${hex(magic)} (${expected.content})`)
  }
  if (start.length < length) fail(file, start.length, `found the end of the file; expected a header of ${length} bytes`)
  const shape = expected.shape.map((wanted, i) => {
    const byte = 4 + 4 * i
    const found = start.readUInt32BE(byte)
    if (wanted !== null && found !== wanted) fail(file, byte, `found ${found} as dimension ${i}; expected ${wanted}`)
    return found
  })
  if (sizeOf(shape, expected) > largestFile)
    fail(file, 4, `found dimensions ${show(shape)}; expected at most ${largestFile} bytes`)
  return shape
}

/** Returns the bytes of a file of this shape, header included. */
export function sizeOf(shape: readonly number[], expected: IdxExpectation): number {
  return headerLength(expected) + elementType(expected).bytes * elements(shape)
}

/**
 * Checks the size of a file against its header.
 *
 * @param found the bytes of the file, unpacked; Infinity if they were too many to be unpacked
 * @throws {LayerRotationError} INVALID_FILE
 */
export function requireSize(found: number, shape: readonly number[], file: string, expected: IdxExpectation): void {
  const size = sizeOf(shape, expected)
  if (found === size) return
  const end = `expected ${size} bytes, because the header gives ${show(shape)}`
  if (found < size) fail(file, found, `found the end of the file; ${end}`)
  fail(file, size, `found more data; ${end}`)
}

function meaning(magic: number): string {
  const named: Record<number, string> = { 0x801: ' (labels)', 0x803: ' (images)', 0xc02: ' (labels of QMNIST)' }
  return named[magic] ?? ''
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`

function fail(file: string, byte: number, problem: string): never {
  throw new LayerRotationError('INVALID_FILE', `${file}: byte ${byte}: ${problem}`)
}
