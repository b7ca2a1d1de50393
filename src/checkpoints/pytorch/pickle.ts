import { LayerRotationError } from '../../errors.js'

/** A name in a Python module, such as a class. It stands for itself: nothing is imported. */
export class PickledGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`
  }
}

/** An object that a call would make: what is called, with what, and the state that it would be given. */
export class PickledCall {
  state: unknown = undefined
  readonly items = new Map<unknown, unknown>()

  constructor(
    readonly callee: unknown,
    readonly values: readonly unknown[],
  ) {}
}

/** An object that the file holds outside of the pickle, by its persistent id. */
export class PickledReference {
  constructor(readonly id: unknown) {}
}

/** Makes a value of the call of a global that stands for no more than data; undefined for any other one. */
export type Construct = (global: PickledGlobal, values: readonly unknown[]) => unknown

/** A pickle that was read. */
export interface Pickle {
  value: unknown
  /** The objects outside of itself that it refers to, in its order. */
  references: PickledReference[]
  /** The number of its bytes, behind which another pickle may follow. */
  length: number
}

/** The most operations of a pickle: those of some ten thousand tensors and their optimizer. */
const mostOperations = 4_000_000

/**
 * Reads a Python pickle (protocols 2 to 5) as data. No class is loaded and nothing is called, whatever the pickle asks for: a call
 * becomes a `PickledCall`, unless `construct` makes a value of it. Dicts become Maps, lists and tuples arrays.
 *
 * @param bytes the pickle, and possibly what follows it
 * @param file its path, for errors
 * @throws {LayerRotationError} INVALID_FILE
 */
export function readPickle(bytes: Uint8Array, file: string, construct: Construct): Pickle {
  return new PickleReader(bytes, file, construct).read()
}

class PickleReader {
  private at = 0
  private readonly view: DataView
  private readonly stack: unknown[] = []
  private readonly marks: number[] = []
  private readonly memo = new Map<number, unknown>()
  private readonly references: PickledReference[] = []

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
    private readonly construct: Construct,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  read(): Pickle {
    for (let operation = 0; operation < mostOperations; operation++) {
      const begin = this.at
      const code = this.byte()
      if (code === stop) return { value: this.pop(), references: this.references, length: this.at }
      const run = operations.get(code)
      if (run === undefined)
        this.fail(`the operation 0x${code.toString(16)} at byte ${begin} is not one of state dicts`)
      run(this)
    }
    return this.fail(`it has more than ${mostOperations} operations`)
  }

  fail(problem: string): never {
    throw new LayerRotationError('INVALID_FILE', `${this.file}: its pickle cannot be read: ${problem}`)
  }

  /** Passes over so many bytes. @returns the place of the first */
  take(length: number): number {
    const begin = this.at
    if (length > this.bytes.length - begin) this.fail(`it ends within ${length} bytes at byte ${begin}`)
    this.at += length
    return begin
  }

  byte = (): number => this.bytes[this.take(1)]!
  uint16 = (): number => this.view.getUint16(this.take(2), true)
  uint32 = (): number => this.view.getUint32(this.take(4), true)
  int32 = (): number => this.view.getInt32(this.take(4), true)
  float64 = (): number => this.view.getFloat64(this.take(8), false)
  uint64 = (): number => {
    const value = this.view.getBigUint64(this.take(8), true)
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? this.fail(`a length of ${value}`) : Number(value)
  }

  text(length: number): string {
    const begin = this.take(length)
    return new TextDecoder().decode(this.bytes.subarray(begin, begin + length))
  }

  raw(length: number): Uint8Array {
    const begin = this.take(length)
    return this.bytes.subarray(begin, begin + length)
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at)
    if (end === -1) this.fail(`a line without an end at byte ${this.at}`)
    const text = this.text(end - this.at)
    this.at++
    return text
  }

  /** A whole number of up to 8 bytes; of longer ones, such as the state of a random generator, NaN. */
  long(length: number): number | bigint {
    const bytes = this.raw(length)
    if (length > 8) return NaN
    let value = 0n
    for (const byte of Uint8Array.from(bytes).reverse()) value = (value << 8n) | BigInt(byte)
    if (length > 0 && bytes[length - 1]! >= 128) value -= 1n << BigInt(8 * length)
    return value >= -BigInt(Number.MAX_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
  }

  push(value: unknown): void {
    this.stack.push(value)
  }

  pop(): unknown {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) this.fail(`nothing is left on the stack at byte ${this.at}`)
    return this.stack.pop()
  }

  top(): unknown {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) this.fail(`nothing is on the stack at byte ${this.at}`)
    return this.stack.at(-1)
  }

  mark(): void {
    this.marks.push(this.stack.length)
  }

  /** The values behind the last mark, which are taken off the stack with it. */
  marked(): unknown[] {
    const begin = this.marks.pop()
    if (begin === undefined) this.fail(`there is no mark at byte ${this.at}`)
    return this.stack.splice(begin)
  }

  memoize(index: number): void {
    this.memo.set(index, this.top())
  }

  remember(): void {
    this.memoize(this.memo.size)
  }

  recall(index: number): void {
    if (!this.memo.has(index)) this.fail(`the memo has no entry ${index}`)
    this.push(this.memo.get(index))
  }

  refer(id: unknown): void {
    const reference = new PickledReference(id)
    this.references.push(reference)
    this.push(reference)
  }

  call(callee: unknown, values: unknown): void {
    const list = Array.isArray(values) ? (values as unknown[]) : []
    const made = callee instanceof PickledGlobal ? this.construct(callee, list) : undefined
    this.push(made === undefined ? new PickledCall(callee, list) : made)
  }

  append(values: readonly unknown[]): void {
    const to = this.top()
    if (Array.isArray(to)) for (const value of values) to.push(value)
    else if (to instanceof Set) for (const value of values) to.add(value)
    // The values in a list of a class of its own are not looked at.
    else if (!(to instanceof PickledCall)) this.fail(`values for something that is no list at byte ${this.at}`)
  }

  setItems(pairs: readonly unknown[]): void {
    const to = this.top()
    const items = to instanceof Map ? to : to instanceof PickledCall ? to.items : undefined
    if (items === undefined) this.fail(`items for something that is no dict at byte ${this.at}`)
    for (let i = 0; i + 1 < pairs.length; i += 2) items.set(pairs[i], pairs[i + 1])
  }

  build(): void {
    const state = this.pop()
    const to = this.top()
    if (to instanceof PickledCall) to.state = state
  }
}

const stop = 0x2e

/** The operations that state dicts consist of, by their codes (CPython's pickletools explains each). */
const operations: ReadonlyMap<number, (reader: PickleReader) => void> = new Map([
  [0x80, (reader) => void (reader.byte() > 5 && reader.fail('its protocol is newer than 5'))], // PROTO
  [0x95, (reader) => void reader.take(8)], // FRAME
  [0x28, (reader) => reader.mark()], // MARK
  [0x30, (reader) => void reader.pop()], // POP
  [0x31, (reader) => void reader.marked()], // POP_MARK
  [0x32, (reader) => reader.push(reader.top())], // DUP
  [0x4e, (reader) => reader.push(null)], // NONE
  [0x88, (reader) => reader.push(true)], // NEWTRUE
  [0x89, (reader) => reader.push(false)], // NEWFALSE
  [0x4a, (reader) => reader.push(reader.int32())], // BININT
  [0x4b, (reader) => reader.push(reader.byte())], // BININT1
  [0x4d, (reader) => reader.push(reader.uint16())], // BININT2
  [0x8a, (reader) => reader.push(reader.long(reader.byte()))], // LONG1
  [0x8b, (reader) => reader.push(reader.long(reader.uint32()))], // LONG4
  [0x47, (reader) => reader.push(reader.float64())], // BINFLOAT
  [0x58, (reader) => reader.push(reader.text(reader.uint32()))], // BINUNICODE
  [0x8c, (reader) => reader.push(reader.text(reader.byte()))], // SHORT_BINUNICODE
  [0x8d, (reader) => reader.push(reader.text(reader.uint64()))], // BINUNICODE8
  [0x54, (reader) => reader.push(reader.text(reader.uint32()))], // BINSTRING
  [0x55, (reader) => reader.push(reader.text(reader.byte()))], // SHORT_BINSTRING
  [0x42, (reader) => reader.push(reader.raw(reader.uint32()))], // BINBYTES
  [0x43, (reader) => reader.push(reader.raw(reader.byte()))], // SHORT_BINBYTES
  [0x8e, (reader) => reader.push(reader.raw(reader.uint64()))], // BINBYTES8
  [0x96, (reader) => reader.push(reader.raw(reader.uint64()))], // BYTEARRAY8
  [0x5d, (reader) => reader.push([])], // EMPTY_LIST
  [0x29, (reader) => reader.push([])], // EMPTY_TUPLE
  [0x7d, (reader) => reader.push(new Map())], // EMPTY_DICT
  [0x8f, (reader) => reader.push(new Set())], // EMPTY_SET
  [0x85, (reader) => reader.push([reader.pop()])], // TUPLE1
  [0x86, (reader) => reader.push([reader.pop(), reader.pop()].reverse())], // TUPLE2
  [0x87, (reader) => reader.push([reader.pop(), reader.pop(), reader.pop()].reverse())], // TUPLE3
  [0x74, (reader) => reader.push(reader.marked())], // TUPLE
  [0x6c, (reader) => reader.push(reader.marked())], // LIST
  [0x91, (reader) => reader.push(new Set(reader.marked()))], // FROZENSET
  [
    0x64, // DICT
    (reader) => {
      const pairs = reader.marked()
      reader.push(new Map())
      reader.setItems(pairs)
    },
  ],
  [
    0x61, // APPEND
    (reader) => {
      const value = reader.pop()
      reader.append([value])
    },
  ],
  [0x65, appendMarked], // APPENDS
  [0x90, appendMarked], // ADDITEMS
  [
    0x73, // SETITEM
    (reader) => {
      const value = reader.pop()
      const key = reader.pop()
      reader.setItems([key, value])
    },
  ],
  [
    0x75, // SETITEMS
    (reader) => {
      const pairs = reader.marked()
      reader.setItems(pairs)
    },
  ],
  [0x71, (reader) => reader.memoize(reader.byte())], // BINPUT
  [0x72, (reader) => reader.memoize(reader.uint32())], // LONG_BINPUT
  [0x94, (reader) => reader.remember()], // MEMOIZE
  [0x68, (reader) => reader.recall(reader.byte())], // BINGET
  [0x6a, (reader) => reader.recall(reader.uint32())], // LONG_BINGET
  [
    0x63, // GLOBAL
    (reader) => {
      const module = reader.line()
      reader.push(new PickledGlobal(module, reader.line()))
    },
  ],
  [
    0x93, // STACK_GLOBAL
    (reader) => {
      const name = String(reader.pop())
      reader.push(new PickledGlobal(String(reader.pop()), name))
    },
  ],
  [0x52, callWithTuple], // REDUCE
  [0x81, callWithTuple], // NEWOBJ
  [
    0x92, // NEWOBJ_EX
    (reader) => {
      reader.pop()
      callWithTuple(reader)
    },
  ],
  [0x62, (reader) => reader.build()], // BUILD
  [0x51, (reader) => reader.refer(reader.pop())], // BINPERSID
])

function appendMarked(reader: PickleReader): void {
  const values = reader.marked()
  reader.append(values)
}

function callWithTuple(reader: PickleReader): void {
  const values = reader.pop()
  reader.call(reader.pop(), values)
}
