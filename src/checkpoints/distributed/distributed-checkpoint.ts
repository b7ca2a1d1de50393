import { dirname, join } from 'node:path'
import { reading } from '../../files/reading.js'
import { withRegular } from '../../files/regular-file.js'
import { elements } from '../../shape.js'
import type { CheckpointTensor, FileTensors } from '../checkpoint.js'
import { parseBeginning } from '../parse-beginning.js'
import { invalidPytorch, isPytorchArchive, largestPickle, readPytorchArchive } from '../pytorch/pytorch-file.js'
import { ZipArchive } from '../../files/zip-archive.js'
import { bandsOf, type Band } from './chunk-grid.js'
import { gathered } from './gathered.js'
import { parseMetadata, type Chunk } from './metadata.js'

/**
 * Lists the tensors of a checkpoint that torch.distributed.checkpoint wrote: a folder with metadata and a file a process, in which
 * each chunk of a tensor is an archive. Chunks are put together, whatever the dimensions along which a tensor is split; one of which
 * they are no whole grid is left out with a note.
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
  const divided = new Map([...sharded].map(([name, tensor]) => [name, bandsOf(tensor)]))
  const chunksOf = (name: string) => (divided.get(name) ?? []).flatMap(({ chunks }) => chunks)
  const stored = await readChunks(dirname(metadata), [...sharded.keys()].flatMap(chunksOf))
  for (const [name, { shape }] of sharded) {
    const [bands, chunks] = [divided.get(name), chunksOf(name)]
    const parts = chunks.flatMap((chunk) => stored.get(chunk) ?? [])
    // Tensors of integers have none.
    if (parts.length < chunks.length) continue
    const [first] = parts
    const isUniform = parts.every(({ type, order }) => type === first?.type && order === undefined)
    if (parts.length === 1) result.tensors.push({ ...first!, name })
    else if (bands === undefined || !isUniform || isTooWide(shape, bands)) result.notes.push(splitNote(name, metadata))
    else {
      const { type, file } = first!
      result.tensors.push({ name, shape, type, file, offset: 0, parts: () => gathered(shape, bands, stored) })
    }
  }
  return result
}

/** The most elements of a row that is put together in memory. */
const longestRow = 2 ** 27

const isTooWide = (shape: readonly number[], bands: readonly Band[]): boolean =>
  elements(shape.slice(1)) > longestRow && bands.some(({ chunks }) => chunks.length > 1)

const splitNote = (name: string, metadata: string): string =>
  `${metadata}: ${name} is left out, as its chunks do not make up one tensor; convert the checkpoint by python -m ` +
  `torch.distributed.checkpoint.format_utils dcp_to_torch ${JSON.stringify(dirname(metadata))} model.pt`

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
