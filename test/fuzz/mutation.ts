import fc from 'fast-check'

/** A change of bytes. Positions and indices are any numbers, and wrap around. */
type Mutation =
  | { type: 'flip'; at: number; bit: number }
  | { type: 'byte'; at: number; value: number }
  | { type: 'truncate'; at: number }
  | { type: 'erase'; at: number; length: number }
  | { type: 'insert'; at: number; bytes: Uint8Array }
  | { type: 'repeat'; at: number; length: number; times: number }
  | { type: 'copy'; at: number; from: number; length: number }
  /** Replaces a length or an offset in the file by another one, possibly an absurd one. */
  | { type: 'integer'; at: number; size: 1 | 2 | 4 | 8; little: boolean; value: bigint }
  /** Replaces a number in decimal digits by another one. */
  | { type: 'decimal'; index: number; value: string }
  | { type: 'token'; at: number; index: number; over: boolean }
  /** Inserts a piece of another input. */
  | { type: 'splice'; at: number; from: number; length: number; over: number }

const place = fc.nat()
const shortLength = fc.oneof({ weight: 4, arbitrary: fc.nat(16) }, { weight: 1, arbitrary: fc.nat(4096) })

/** Numbers at the limits of lengths and of integers with 8 to 64 bits. */
const edges = [0n, 1n, 2n, 3n, 4n, 7n, 8n, 127n, 128n, 255n, 256n, 32767n, 32768n, 65535n, 65536n].concat(
  [24n, 30n, 31n, 32n, 33n, 40n, 52n, 53n, 62n, 63n, 64n].flatMap((power) => [
    2n ** power - 1n,
    2n ** power,
    2n ** power + 1n,
  ]),
)

const decimal = fc.oneof(
  fc.constantFrom(...edges.map(String)),
  fc.constantFrom(
    '-1',
    '-0',
    '0.5',
    '1e308',
    '1e309',
    '-1e309',
    '5e-324',
    '1e15',
    'NaN',
    'Infinity',
    '.inf',
    'null',
    '""',
  ),
  fc.nat(100).map(String),
)

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ type: fc.constant('flip'), at: place, bit: fc.nat(7) }),
  fc.record({ type: fc.constant('byte'), at: place, value: fc.nat(255) }),
  fc.record({ type: fc.constant('truncate'), at: place }),
  fc.record({ type: fc.constant('erase'), at: place, length: shortLength }),
  fc.record({ type: fc.constant('insert'), at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }) }),
  fc.record({ type: fc.constant('repeat'), at: place, length: shortLength, times: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ type: fc.constant('copy'), at: place, from: place, length: shortLength }),
  fc.record({
    type: fc.constant('integer'),
    at: place,
    size: fc.constantFrom(1, 2, 4, 8),
    little: fc.boolean(),
    value: fc.constantFrom(...edges),
  }),
  fc.record({ type: fc.constant('decimal'), index: place, value: decimal }),
  fc.record({ type: fc.constant('token'), at: place, index: place, over: fc.boolean() }),
  fc.record({ type: fc.constant('splice'), at: place, from: place, length: shortLength, over: shortLength }),
)

/** The way to make a new input from those of a corpus. */
export interface Recipe {
  base: number
  other: number
  mutations: Mutation[]
}

/** Shrinks to few and simple mutations of the first inputs. */
export const recipe: fc.Arbitrary<Recipe> = fc.record({
  base: place,
  other: place,
  mutations: fc.array(mutation, { minLength: 1, maxLength: 6 }),
})

/** The largest input in bytes: a hostile file need not be large. */
const largestInput = 2 ** 16

/** @param corpus at least one input */
export function cook(
  { base, other, mutations }: Recipe,
  corpus: readonly Uint8Array[],
  tokens: readonly string[] = [],
): Uint8Array {
  const from = (index: number) => corpus[index % corpus.length]!
  let bytes: Buffer = Buffer.from(from(base))
  for (const change of mutations) bytes = apply(change, bytes, from(other), tokens).subarray(0, largestInput)
  return bytes
}

function apply(change: Mutation, bytes: Buffer, other: Uint8Array, tokens: readonly string[]): Buffer {
  const within = (at: number) => at % Math.max(1, bytes.length)
  const replace = (at: number, length: number, by: Uint8Array) =>
    Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)])
  switch (change.type) {
    case 'flip':
      if (bytes.length > 0) bytes[within(change.at)]! ^= 1 << change.bit
      return bytes
    case 'byte':
      if (bytes.length > 0) bytes[within(change.at)] = change.value
      return bytes
    case 'truncate':
      return bytes.subarray(0, within(change.at))
    case 'erase':
      return replace(within(change.at), change.length, Buffer.alloc(0))
    case 'insert':
      return replace(within(change.at), 0, change.bytes)
    case 'repeat': {
      const at = within(change.at)
      const piece = bytes.subarray(at, at + change.length)
      return replace(at, 0, Buffer.concat(Array<Buffer>(change.times).fill(piece)))
    }
    case 'copy': {
      const from = within(change.from)
      const piece = bytes.subarray(from, from + change.length)
      return replace(within(change.at), piece.length, piece)
    }
    case 'integer': {
      const field = Buffer.alloc(8)
      if (change.little) field.writeBigUInt64LE(BigInt.asUintN(64, change.value))
      else field.writeBigUInt64BE(BigInt.asUintN(64, change.value << BigInt(64 - 8 * change.size)))
      return replace(within(change.at), change.size, field.subarray(0, change.size))
    }
    case 'decimal': {
      const text = bytes.toString('latin1')
      const numbers = [...text.matchAll(/\d+(\.\d+)?(e[+-]?\d+)?/g)]
      const number = numbers[change.index % Math.max(1, numbers.length)]
      return number === undefined ? bytes : replace(number.index, number[0].length, Buffer.from(change.value))
    }
    case 'token': {
      const token = tokens[change.index % Math.max(1, tokens.length)] ?? ''
      return replace(within(change.at), change.over ? token.length : 0, Buffer.from(token))
    }
    case 'splice': {
      const from = change.from % Math.max(1, other.length)
      return replace(within(change.at), change.over, other.subarray(from, from + change.length))
    }
  }
}
