import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { withRegular } from '../files/regular-file.js'
import type { Checkpoint, FileTensors } from './checkpoint.js'
import { readDistributedCheckpoint } from './distributed/distributed-checkpoint.js'
import { formatOf, headBytes } from './formats.js'
import { readShardedIndex } from './sharded-index.js'
import { refuseUnread } from './unread-folders.js'

/** The file that makes a folder a distributed checkpoint of PyTorch. */
export const distributedMetadata = '.metadata'

/** The files of a folder that is one checkpoint, the first of which that is there counts. */
const mainFiles = [
  'model.safetensors.index.json',
  'model.safetensors',
  'adapter_model.safetensors',
  'pytorch_lora_weights.safetensors',
  'diffusion_pytorch_model.safetensors.index.json',
  'diffusion_pytorch_model.safetensors',
  'pytorch_model.bin.index.json',
  'pytorch_model.bin',
  'adapter_model.bin',
  'diffusion_pytorch_model.bin',
  distributedMetadata,
] as const

/**
 * Lists the tensors of a checkpoint: a file of a known format, the index of several, or a folder with one of them
 * under the name that Hugging Face's libraries or PyTorch give it.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE, naming the file, for what is no checkpoint
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const file = (await isFolder(path)) ? await mainFileOf(path) : path
  return { path, ...(await tensorsIn(file)) }
}

/** Tells whether there is a folder. @throws {LayerRotationError} MISSING_FILE if there is nothing, READ_FAILED */
export const isFolder = (path: string): Promise<boolean> =>
  reading(
    path,
    async () => (await stat(path)).isDirectory(),
    'a checkpoint: a file of safetensors, PyTorch, NumPy, GGUF or Keras, or a folder of them',
  )

/** The file that makes a folder one checkpoint; undefined if it is none. */
export async function findMainFile(folder: string): Promise<string | undefined> {
  for (const name of mainFiles) {
    const file = join(folder, name)
    const found = await reading(file, () => ifPresent(() => stat(file)))
    if (found?.isFile()) return file
  }
  return undefined
}

async function mainFileOf(folder: string): Promise<string> {
  const file = await findMainFile(folder)
  if (file !== undefined) return file
  await refuseUnread(folder)
  const message = `${folder} is a folder without ${mainFiles[1]} or its index; name the file of the checkpoint`
  throw new LayerRotationError('INVALID_FILE', message)
}

async function tensorsIn(file: string): Promise<FileTensors> {
  if (basename(file) === distributedMetadata) return reading(file, () => readDistributedCheckpoint(file))
  if (!file.endsWith('.index.json')) return tensorsOf(file)
  const all: FileTensors = { tensors: [], notes: [] }
  for (const { file: part, names } of await readShardedIndex(file)) {
    const { tensors, notes } = await tensorsOf(part)
    const wanted = tensors.filter(({ name }) => names.has(name))
    if (wanted.length === 0 && tensors.length > 0) {
      const message = `${file} says that ${part} holds ${JSON.stringify([...names][0])}, which it does not; get both again`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    all.tensors.push(...wanted)
    all.notes.push(...notes)
  }
  return all
}

/** Lists the tensors of a file, whose content tells its format. */
const tensorsOf = (file: string): Promise<FileTensors> =>
  reading(file, async () => formatOf(await headOf(file)).read(file))

/** The first bytes of a file. */
const headOf = (file: string): Promise<Buffer> =>
  withRegular(file, async (handle) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  })
