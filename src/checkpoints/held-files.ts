import type { FileHandle } from 'node:fs/promises'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'
import { openRegular } from '../files/regular-file.js'
import type { Checkpoint } from './checkpoint.js'
import { checkpointStamp, fileState } from './stamp.js'

const changed = (path: string): LayerRotationError =>
  new LayerRotationError('INVALID_FILE', `${path} has changed while it was read; read it when nothing writes to it`)

interface HeldFile {
  /** Its path when it was opened. */
  path: string
  handle: FileHandle
  state: string
}

/**
 * Files of checkpoints that stay open, so that their content can be read even after they are deleted or others take their names.
 * The system frees their disk space when they are closed.
 */
export class HeldFiles {
  /** By the path under which an open file can be opened again, which Linux gives each of them. */
  private readonly files = new Map<string, HeldFile>()

  /**
   * Opens the files of a checkpoint and gives it with paths that stay valid, and with a check that they are still what was read.
   *
   * @param stamp that of the checkpoint before it was read
   * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE if a file is another one than was read
   */
  async hold(checkpoint: Checkpoint, stamp: string): Promise<Checkpoint> {
    const states = new Set(stamp.split(','))
    const paths = new Map<string, string>()
    for (const { file } of checkpoint.tensors) {
      if (paths.has(file)) continue
      const handle = await reading(file, () => openRegular(file))
      const held = `/proc/self/fd/${handle.fd}`
      paths.set(file, held)
      const state = fileState(await handle.stat({ bigint: true }))
      this.files.set(held, { path: file, handle, state })
      if (!states.has(state)) throw changed(file)
    }
    const tensors = checkpoint.tensors.map((tensor) => ({ ...tensor, file: paths.get(tensor.file)! }))
    const requireUnchanged = async () => {
      await this.requireUnchanged(paths.values())
      // The parts of a tensor are read by the paths of its files.
      const hasParts = tensors.some(({ parts }) => parts !== undefined)
      if (hasParts && (await checkpointStamp(checkpoint.path)) !== stamp) throw changed(checkpoint.path)
    }
    return { ...checkpoint, tensors, requireUnchanged }
  }

  /** The path of a file among these that has been written since it was opened; undefined if none has. */
  async findWritten(held: Iterable<string>): Promise<string | undefined> {
    for (const { path, handle, state } of this.among(held)) {
      if (fileState(await handle.stat({ bigint: true })) !== state) return path
    }
    return undefined
  }

  /** Checks that none of these files has been written since it was opened. @throws {LayerRotationError} INVALID_FILE */
  async requireUnchanged(held: Iterable<string>): Promise<void> {
    const written = await this.findWritten(held)
    if (written !== undefined) throw changed(written)
  }

  /** The path of a file among these that has been deleted; undefined if none has. */
  async findDeleted(held: Iterable<string>): Promise<string | undefined> {
    for (const { path, handle } of this.among(held)) {
      if ((await handle.stat()).nlink === 0) return path
    }
    return undefined
  }

  /** Closes all files but these. */
  async keep(held: ReadonlySet<string>): Promise<void> {
    for (const [path, { handle }] of [...this.files]) {
      if (held.has(path)) continue
      this.files.delete(path)
      await handle.close().catch(() => undefined)
    }
  }

  /** A message with the files' own paths. */
  name(message: string): string {
    return message.replace(/\/proc\/self\/fd\/\d+/g, (held) => this.files.get(held)?.path ?? held)
  }

  private among(held: Iterable<string>): HeldFile[] {
    return [...held].flatMap((path) => this.files.get(path) ?? [])
  }
}
