import { createHash, type Hash } from 'node:crypto'
import { appendText } from '../files/write.js'
import { requireStamp, type FileStamp } from './file-stamp.js'
import type { Change } from './lock.js'

/** A table that grows with a run. It knows what was written, so that a checkpoint can say what the file must hold. */
export class GrowingFile {
  private constructor(
    readonly path: string,
    private bytes: number,
    private readonly hash: Hash,
  ) {}

  /** A table that has no line yet. */
  static empty(path: string): GrowingFile {
    return new GrowingFile(path, 0, createHash('sha256'))
  }

  /** A table that consists of a text. */
  static of(path: string, text: string): GrowingFile {
    return new GrowingFile(path, Buffer.byteLength(text), createHash('sha256').update(text))
  }

  /**
   * A table that continues after the lines that it had at a checkpoint, whatever follows them in the file.
   *
   * @param checkpoint folder of the checkpoint
   * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE if it does not have these lines
   */
  static async at(path: string, stamp: FileStamp, checkpoint: string): Promise<GrowingFile> {
    if (stamp.bytes === 0) return GrowingFile.empty(path)
    return new GrowingFile(path, stamp.bytes, await requireStamp(path, stamp, 'beginning', checkpoint))
  }

  get isEmpty(): boolean {
    return this.bytes === 0
  }

  /** @throws {LayerRotationError} RUN_LOCKED, READ_FAILED, WRITE_FAILED */
  async append(text: string, change: Change): Promise<void> {
    const added = Buffer.from(text)
    await change(this.path, () => appendText(this.path, added))
    this.hash.update(added)
    this.bytes += added.length
  }

  /** The stamp of all that was written. */
  stamp(): FileStamp {
    return { bytes: this.bytes, sha256: this.hash.copy().digest('hex') }
  }
}

/** The tables of a run that grow. */
export const tableNames = ['metrics', 'rotation', 'layers'] as const
export type TableName = (typeof tableNames)[number]
