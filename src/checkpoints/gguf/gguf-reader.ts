/** Reads the values of a GGUF header one after the other. */
export class GgufReader {
  private at = 4
  private readonly view: DataView

  /**
   * @param bytes the beginning of the file, with the magic bytes
   * @param invalid throws the error for a problem
   */
  constructor(
    private readonly bytes: Buffer,
    private readonly invalid: (problem: string) => never,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  get position(): number {
    return this.at
  }

  /** Passes over so many bytes. @returns the place of the first */
  take(length: number): number {
    const begin = this.at
    if (length > this.bytes.length - begin) this.invalid(`its header ends within ${length} bytes at byte ${begin}`)
    this.at += length
    return begin
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true)
  }

  uint64(): number {
    const value = this.view.getBigUint64(this.take(8), true)
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? this.invalid(`found the number ${value}`) : Number(value)
  }

  /** A text of at most `longest` bytes. */
  text(longest: number): string {
    const length = this.uint64()
    if (length > longest) this.invalid(`found a name of ${length} bytes; expected at most ${longest}`)
    const begin = this.take(length)
    return this.bytes.toString('utf8', begin, begin + length)
  }

  /** Passes over a value of metadata. */
  skip(type: number, depth = 0): void {
    const bytes = scalarBytes[type]
    if (bytes !== undefined) this.take(bytes)
    else if (type === stringType) this.take(this.uint64())
    else if (type === arrayType && depth < deepest) this.skipArray(depth)
    else this.invalid(`found a value of the unknown type ${type} at byte ${this.at}`)
  }

  private skipArray(depth: number): void {
    const type = this.uint32()
    const count = this.uint64()
    const bytes = scalarBytes[type]
    if (bytes !== undefined) this.take(count * bytes)
    // Each takes bytes, so that the end of the header bounds their number.
    else for (let i = 0; i < count; i++) this.skip(type, depth + 1)
  }
}

/** The code of 32-bit numbers without a sign, of which the alignment is one. */
export const uint32Type = 4

const stringType = 8
const arrayType = 9

/** Arrays of arrays are allowed; nobody writes deeper ones. */
const deepest = 4

/** Bytes of the types of metadata that are numbers or truth values, by their codes. */
const scalarBytes: Readonly<Record<number, number>> = {
  ...{ 0: 1, 1: 1, 2: 2, 3: 2, [uint32Type]: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 },
}
