import type { FileHandle } from 'node:fs/promises'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { LayerRotationError } from '../errors.js'
import { isReadFailure } from './reading.js'
import { ZipReader } from './zip-reader.js'

/** Makes the error for a problem of an archive. */
export type Invalid = (problem: string, cause?: unknown) => LayerRotationError

/** Consecutive bytes of a file. */
export interface Stretch {
  begin: number
  size: number
}

/** A file in an archive: its place, and the size of its content. */
export interface ArchivedFile extends Stretch {
  /** The bytes that it takes in the archive, if it is compressed by Deflate. */
  deflated?: number
}

/** The most bytes that Deflate makes of one. */
const mostInflated = 1032

/** The most files in an archive: one for each tensor. */
const mostEntries = 200_000

/** A ZIP archive of tensors, which can be read in their places where they are stored as they are. */
export class ZipArchive {
  private constructor(
    private readonly handle: FileHandle,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly invalid: Invalid,
    private readonly begin: number,
  ) {}

  /**
   * Reads the directory of an archive.
   *
   * @param stretch its bytes in the file; by default all
   * @throws {LayerRotationError} the error that `invalid` makes
   * @throws system errors as they are
   */
  static async open(handle: FileHandle, invalid: Invalid, stretch?: Stretch): Promise<ZipArchive> {
    const { begin, size } = stretch ?? { begin: 0, size: (await handle.stat()).size }
    const zip = await parsing(invalid, () =>
      yauzl.fromRandomAccessReaderPromise(new ZipReader(handle, size, begin), size, { autoClose: false }),
    )
    if (zip.entryCount > mostEntries) throw invalid(`it holds ${zip.entryCount} files; expected at most ${mostEntries}`)
    const entries = new Map<string, Entry>()
    const iterator = zip.eachEntry()
    for (;;) {
      const { value, done } = (await parsing(invalid, () => iterator.next())) as IteratorResult<Entry, undefined>
      if (done) return new ZipArchive(handle, zip, entries, invalid, begin)
      entries.set(value.fileName, value)
    }
  }

  get names(): string[] {
    return [...this.entries.keys()]
  }

  has(name: string): boolean {
    return this.entries.has(name)
  }

  /** Finds a file. @throws {LayerRotationError} if it is missing, or packed in a way that cannot be read */
  async find(name: string): Promise<ArchivedFile> {
    const entry = this.entries.get(name)
    if (entry === undefined) throw this.invalid(`${name} is missing; get the file again`)
    const { compressionMethod: method, uncompressedSize: size, compressedSize } = entry
    if (entry.isEncrypted() || (method !== 0 && method !== 8)) {
      throw this.invalid(`${name} is encrypted or compressed by another method than Deflate`)
    }
    if (size > compressedSize * (method === 0 ? 1 : mostInflated)) {
      throw this.invalid(`${name} cannot have ${size} bytes, as it takes ${compressedSize} in the archive`)
    }
    const { fileDataStart } = await parsing(this.invalid, () =>
      this.zip.readLocalFileHeaderPromise(entry, { minimal: true }),
    )
    return { begin: this.begin + fileDataStart, size, ...(method === 8 && { deflated: compressedSize }) }
  }

  /** Finds a file that is stored as it is. @throws {LayerRotationError} if it is missing or compressed */
  async stored(name: string): Promise<ArchivedFile> {
    const found = await this.find(name)
    if (found.deflated !== undefined) throw this.invalid(`${name} is compressed; expected it to be stored as it is`)
    return found
  }

  /** Reads a whole file. @param largest the most bytes that it may have */
  async content(name: string, largest: number): Promise<Uint8Array> {
    const { begin, size } = await this.stored(name)
    if (size > largest) throw this.invalid(`${name} has ${size} bytes; expected at most ${largest}`)
    const bytes = new Uint8Array(size)
    for (let at = 0; at < size;) {
      const { bytesRead } = await this.handle.read(bytes, at, size - at, begin + at)
      if (bytesRead === 0) throw this.invalid(`it ends within ${name}`)
      at += bytesRead
    }
    return bytes
  }
}

async function parsing<Result>(invalid: Invalid, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof LayerRotationError || isReadFailure(cause)) throw cause
    throw invalid((cause as Error).message, cause)
  }
}
