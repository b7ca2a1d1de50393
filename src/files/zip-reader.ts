import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import yauzl from 'yauzl'

/**
 * An archive as yauzl reads it. yauzl's own reader hands every position that the archive names to Node, which throws at
 * positions above 2⁵³ where nothing can catch the error, and the process ends.
 */
export class ZipReader extends yauzl.RandomAccessReader {
  /** The position behind what was read last. */
  private end = -1
  /** Bytes ahead of the reads that follow each other, such as those of the directory, which has two for each file. */
  private ahead: { position: number; bytes: Buffer } | undefined

  /**
   * @param size bytes of the archive
   * @param begin the byte of the file at which it begins
   */
  constructor(
    private readonly handle: FileHandle,
    private readonly size: number,
    private readonly begin = 0,
  ) {
    super()
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (position + length > this.size) process.nextTick(done, beyond(position))
    else this.readThrough(buffer, offset, length, position).then((bytes) => done(null, bytes), done)
  }

  private async readThrough(buffer: Buffer, offset: number, length: number, position: number): Promise<number> {
    const follows = position === this.end
    this.end = position + length
    const from = this.ahead === undefined ? -1 : position - this.ahead.position
    if (from >= 0 && from + length <= this.ahead!.bytes.length) {
      return this.ahead!.bytes.copy(buffer, offset, from, from + length)
    }
    if (!follows || length > longestPart) return this.readFully(buffer, offset, length, position)
    const bytes = Buffer.allocUnsafe(Math.min(longestPart, this.size - position))
    const bytesRead = await this.readFully(bytes, 0, bytes.length, position)
    this.ahead = { position, bytes: bytes.subarray(0, bytesRead) }
    return this.ahead.bytes.copy(buffer, offset, 0, length)
  }

  /** Reads until the bytes are there or the file ends: a single read may give only some of them. */
  private async readFully(buffer: Buffer, offset: number, length: number, position: number): Promise<number> {
    let at = 0
    while (at < length) {
      const { bytesRead } = await this.handle.read(buffer, offset + at, length - at, this.begin + position + at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return at
  }

  /** Reads the bytes from `start` to the one before `end`. */
  override createReadStream({ start, end }: { start: number; end: number }): Readable {
    return Readable.from(this.parts(start, end), { objectMode: false })
  }

  private async *parts(start: number, end: number): AsyncGenerator<Buffer> {
    if (end > this.size) throw beyond(start)
    for (let at = start; at < end;) {
      const { buffer, bytesRead } = await this.handle.read({
        buffer: Buffer.allocUnsafe(Math.min(longestPart, end - at)),
        position: this.begin + at,
      })
      if (bytesRead === 0) throw new Error(`it became shorter while it was read: it ends at byte ${at}`)
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }
}

const longestPart = 2 ** 16

const beyond = (position: number): Error => new Error(`it names byte ${position}, which lies beyond its end`)
