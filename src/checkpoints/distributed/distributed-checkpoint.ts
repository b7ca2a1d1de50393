import { dirname, join } from 'node:path'
import { reading } from '../../files/reading.js'
import { withRegular } from '../../files/regular-file.js'
import { elements } from '../../shape.js'
import type { CheckpointTensor, FileTensors } from '../checkpoint.js'
import { parseBeginning } from '../parse-beginning.js'
import { invalidPytorch, isPytorchArchive, largestPickle, readPytorchArchive } from '../pytorch/pytorch-file.js'
import { bytesOf } from '../stored-types.js'
import { bytesOfStretch } from '../stretch.js'
import { ZipArchive } from '../zip-archive.js'
import { parseMetadata, type Chunk, type ShardedTensor } from './metadata.js'

/**
 * Lists the tensors of a checkpoint that torch.distributed.checkpoint wrote: a folder with metadata and a file a process, in which
 * each chunk of a tensor is an archive. Chunks that follow each other along the first dimension, as of FSDP, are joined; tensors
 * that are split otherwise are left out with a note.
 *
 * @param metadata the path of the metadata
 * @throws {LayerRotationError} INVALID_FILE, naming the file
 * @throws system errors as they are
 */
export async function readDistributedCheckpoint(metadata: string): Promise<FileTensors> {
  const sharded = await withRegular(metadata, (handle) =>
    parseBeginning(handle, largestPickle, (bytes) => parseMetadata(bytes, metadata)),
  )
  const result: FileTensors = { tensors: [], notes: [] }
  const whole = [...sharded].filter(([name, tensor]) => {
    if (isSplitByRows(tensor)) return true
    result.notes.push(splitNote(name, metadata))
    return false
  })
  const chunks = whole.flatMap(([, tensor]) => tensor.chunks)
  const stored = await readChunks(dirname(metadata), chunks)
  for (const [name, { shape, chunks }] of whole) {
    const parts = inOrder(chunks).flatMap((chunk) => stored.get(chunk) ?? [])
    // Tensors of integers have none.
    if (parts.length < chunks.length) continue
    if (parts.length === 1) result.tensors.push({ ...parts[0]!, name })
    else if (parts.every(({ type, order }) => type === parts[0]!.type && order === undefined)) {
      result.tensors.push(joined(name, shape, parts))
    } else result.notes.push(splitNote(name, metadata))
  }
  return result
}

const splitNote = (name: string, metadata: string): string =>
  `${metadata}: ${name} is left out, as it is not split along its first dimension alone; convert the checkpoint by python -m ` +
  `torch.distributed.checkpoint.format_utils dcp_to_torch ${JSON.stringify(dirname(metadata))} model.pt`

/** Tells whether the chunks of a tensor, one behind the other, are the tensor. */
function isSplitByRows({ shape, chunks }: ShardedTensor): boolean {
  let row = 0
  for (const { offsets, sizes } of inOrder(chunks)) {
    const isWhole = shape.every((size, i) => i === 0 || (offsets[i] === 0 && sizes[i] === size))
    if (!isWhole || (offsets[0] ?? 0) !== row) return false
    row += sizes[0] ?? 1
  }
  return chunks.length > 0 && row === (shape[0] ?? 1)
}

/** Chunks without rows, as of processes that have no part of a tensor, come before those that begin at the same one. */
const inOrder = (chunks: readonly Chunk[]): Chunk[] =>
  [...chunks].sort((a, b) => (a.offsets[0] ?? 0) - (b.offsets[0] ?? 0) || (a.sizes[0] ?? 0) - (b.sizes[0] ?? 0))

/** Reads the places of the chunks' elements. Chunks of integers are left out. */
async function readChunks(folder: string, chunks: readonly Chunk[]): Promise<Map<Chunk, CheckpointTensor>> {
  const found = new Map<Chunk, CheckpointTensor>()
  for (const name of new Set(chunks.map(({ place }) => place.file))) {
    const file = join(folder, name)
    const invalid = invalidPytorch(file)
    await reading(file, () =>
      withRegular(file, async (handle) => {
        const { size } = await handle.stat()
        for (const chunk of chunks.filter(({ place }) => place.file === name)) {
          const { begin, size: length } = chunk.place
          if (begin + length > size) throw invalid(`it ends before the chunk at byte ${begin}`)
          const archive = await ZipArchive.open(handle, invalid, { begin, size: length })
          if (!isPytorchArchive(archive)) throw invalid(`the chunk at byte ${begin} is no tensor that torch.save wrote`)
          const { tensors } = await readPytorchArchive(archive, file)
          const [tensor] = tensors
          if (tensor === undefined) continue
          if (tensors.length > 1 || tensor.shape.join() !== chunk.sizes.join()) {
            throw invalid(`the chunk at byte ${begin} is not of shape [${chunk.sizes.join(', ')}], as the metadata say`)
          }
          found.set(chunk, tensor)
        }
      }),
    )
  }
  return found
}

function joined(name: string, shape: readonly number[], parts: readonly CheckpointTensor[]): CheckpointTensor {
  const [first] = parts as [CheckpointTensor]
  return {
    ...{ name, shape, type: first.type, file: first.file, offset: 0 },
    parts: async function* () {
      for (const { file, offset, shape: part, type } of parts) {
        yield* bytesOfStretch(file, { begin: offset, size: elements(part) * bytesOf[type] })
      }
    },
  }
}
