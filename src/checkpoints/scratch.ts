import type { FileHandle } from 'node:fs/promises'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'
import { openNew, writing } from '../files/write.js'
import { writeAll } from '../files/write-all.js'
import { bytes as bytesText } from '../numbers.js'
import { elements } from '../shape.js'
import type { CheckpointTensor } from './checkpoint.js'
import { bytesOf } from './stored-types.js'

/**
 * A temporary folder for the elements of tensors that no file holds as they are, such as compressed ones, so that all tensors can be
 * mapped alike. It exists once it is needed.
 */
export class Scratch {
  private folder: string | undefined
  private made = 0
  private readonly files = new Set<string>()

  /** @param check called before each tensor is written; its error ends the work */
  constructor(private readonly check: () => void) {}

  /**
   * Writes the tensors that need it into a file of their own.
   *
   * @returns the same tensors, each with its elements in a file
   * @throws {LayerRotationError} WRITE_FAILED; INVALID_FILE and READ_FAILED of the tensors' file
   */
  async place(tensors: ReadonlyMap<string, CheckpointTensor>): Promise<Map<string, CheckpointTensor>> {
    const placed = new Map(tensors)
    const unplaced = [...tensors].filter(([, { parts }]) => parts !== undefined)
    if (unplaced.length === 0) return placed
    this.folder ??= await writing(tmpdir(), () => mkdtemp(join(tmpdir(), 'layer-rotation-measure-')))
    await requireSpace(
      this.folder,
      unplaced.reduce((sum, [, tensor]) => sum + bytesIn(tensor), 0),
    )
    const file = join(this.folder, String(this.made++))
    this.files.add(file)
    const handle = await openNew(file)
    try {
      let offset = 0
      for (const [key, tensor] of unplaced) {
        this.check()
        await reading(tensor.file, () => write(tensor, handle, file))
        const { name, shape, type, order } = tensor
        placed.set(key, { name, shape, type, file, offset, ...(order && { order }) })
        offset += bytesIn(tensor)
      }
    } finally {
      await handle.close().catch(() => undefined)
    }
    return placed
  }

  /** Removes the files that hold none of these tensors. */
  async keep(tensors: Iterable<CheckpointTensor>): Promise<void> {
    const used = new Set(Array.from(tensors, ({ file }) => file))
    for (const file of [...this.files].filter((one) => !used.has(one))) {
      this.files.delete(file)
      await rm(file, { force: true }).catch(() => undefined)
    }
  }

  /** Removes everything. */
  async close(): Promise<void> {
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

const bytesIn = ({ shape, type }: CheckpointTensor): number => elements(shape) * bytesOf[type]

async function write(tensor: CheckpointTensor, handle: FileHandle, path: string): Promise<void> {
  const expected = bytesIn(tensor)
  let written = 0
  for await (const part of tensor.parts!()) {
    written += part.length
    if (written > expected) break
    await writing(path, () => writeAll(handle, part))
  }
  if (written === expected) return
  const found = written > expected ? 'more' : String(written)
  throw new LayerRotationError(
    'INVALID_FILE',
    `${tensor.file}: ${tensor.name} has ${found} bytes; expected ${expected}`,
  )
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await writing(folder, () => statfs(folder))
  if (bavail * bsize >= bytes) return
  const message = `reading compressed or split tensors takes ${bytesText(bytes)} in ${folder}, but only ${bytesText(bavail * bsize)} are free; set TMPDIR to a folder on a larger disk`
  throw new LayerRotationError('WRITE_FAILED', message)
}
