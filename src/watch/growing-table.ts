import type { FileHandle } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'
import { withRegular } from '../files/regular-file.js'
import { statIfPresent } from '../files/stat-if-present.js'

/** Bytes that are parsed at a time; requests are answered in between. */
const chunkSize = 2 ** 20

/** The most bytes of a line, or of the lines that belong together. */
const largestChunk = 2 ** 26

/** Bytes before the end of what was read that are compared, to notice that the file was written anew. */
const overlap = 256

/** Takes the lines of a table. */
export interface TableReader {
  /** Forgets all rows: the file begins anew. */
  begin: () => void
  /**
   * Takes rows that follow those before.
   *
   * @param text the header and whole lines
   * @returns the number of lines that it took: the others come again, with more
   * @throws {LayerRotationError} INVALID_FILE
   */
  take: (text: string) => number
}

/** A CSV file that another process appends to. Each update reads only what is new, and leaves out a line that is not whole yet. */
export class GrowingTable {
  private header = ''
  /** Bytes that were taken. */
  private taken = 0
  /** Lines that were taken, the header included. */
  private lines = 0
  private inode: number | undefined
  private end: Buffer = Buffer.alloc(0)

  constructor(
    readonly file: string,
    private readonly reader: TableReader,
  ) {}

  /**
   * Reads what is new. A file that does not exist has no rows.
   *
   * @throws {LayerRotationError} INVALID_FILE, naming file and line; READ_FAILED
   */
  async update(): Promise<void> {
    const found = await statIfPresent(this.file)
    if (found === undefined) return this.restart(undefined)
    if (found.ino !== this.inode || found.size < this.taken) this.restart(found.ino)
    if (found.size === this.taken) return
    await reading(this.file, () =>
      withRegular(this.file, async (handle) => {
        if (!(await this.hasEnd(handle))) this.restart(found.ino)
        await this.readFrom(handle)
      }),
    )
  }

  private restart(inode: number | undefined): void {
    this.inode = inode
    if (this.lines > 0) this.reader.begin()
    this.header = ''
    this.taken = this.lines = 0
    this.end = Buffer.alloc(0)
  }

  /** Tells whether the file still has what was last read of it. */
  private async hasEnd(handle: FileHandle): Promise<boolean> {
    const found = await readAt(handle, this.taken - this.end.length, this.end.length)
    return found.equals(this.end)
  }

  private async readFrom(handle: FileHandle): Promise<void> {
    for (let size = chunkSize; ;) {
      const chunk = await readAt(handle, this.taken, size)
      const bytes = this.take(chunk)
      const isLast = chunk.length < size
      if (bytes > 0) {
        this.end = Buffer.concat([this.end, chunk.subarray(0, bytes)]).subarray(-overlap)
        this.taken += bytes
        size = chunkSize
      } else if (isLast) return
      else if (size >= largestChunk) {
        const message = `${this.file}:${this.lines + 1}: found a line of more than ${largestChunk} bytes; expected a table`
        throw new LayerRotationError('INVALID_FILE', message)
      } else size *= 2
      await setImmediate()
    }
  }

  /** Gives the whole lines of a chunk to the reader. @returns the bytes of those that it took */
  private take(chunk: Buffer): number {
    const whole = chunk.lastIndexOf(10) + 1
    if (whole === 0) return 0
    if (this.lines === 0) {
      const end = chunk.indexOf(10) + 1
      this.header = chunk.toString('utf8', 0, end)
      // The reader checks the header even if no row follows.
      this.parse('')
      this.lines = 1
      return end
    }
    const lines = this.parse(chunk.toString('utf8', 0, whole))
    this.lines += lines
    return endOfLine(chunk, lines)
  }

  private parse(text: string): number {
    try {
      return this.reader.take(this.header + text)
    } catch (error) {
      if (!(error instanceof LayerRotationError) || this.lines === 0) throw error
      throw new LayerRotationError(error.code, this.withLine(error.message), { cause: error })
    }
  }

  /** A message of a parser, which counts the lines of the piece that it was given, with the line of the file. */
  private withLine(message: string): string {
    const [, line, rest] = message.startsWith(`${this.file}:`)
      ? (/^(\d+)(:.*)$/s.exec(message.slice(this.file.length + 1)) ?? [])
      : []
    if (line === undefined || line === '1') return message
    return `${this.file}:${Number(line) + this.lines - 1}${rest}`
  }
}

/** The bytes of the first lines. */
function endOfLine(chunk: Buffer, lines: number): number {
  let end = 0
  for (let line = 0; line < lines; line++) end = chunk.indexOf(10, end) + 1
  return end
}

/** Reads bytes from a place on; fewer if the file ends before. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let at = 0
  while (at < length) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return bytes.subarray(0, at)
}
