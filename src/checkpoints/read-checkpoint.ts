import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import type { StoredType } from '../native/contract.js'
import type { Entry } from '../weights/header.js'
import { readTensorList } from '../weights/safetensors.js'
import type { Checkpoint, CheckpointTensor } from './checkpoint.js'
import { readShardedIndex } from './sharded-index.js'

/** The files of a folder that is one checkpoint, the first of which that is there counts. */
export const mainFiles = [
  'model.safetensors.index.json',
  'model.safetensors',
  'adapter_model.safetensors',
  'diffusion_pytorch_model.safetensors.index.json',
  'diffusion_pytorch_model.safetensors',
] as const

/** The types that weights have; others, such as the integers of counters, are no weights. */
const storedTypes: ReadonlySet<string> = new Set<StoredType>(['F64', 'F32', 'F16', 'BF16', 'F8_E4M3', 'F8_E5M2'])

/**
 * Lists the tensors of a checkpoint: a safetensors file, the index of several, or a folder with one of them under the name that
 * Hugging Face's libraries give it.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE, naming the file, for what is no checkpoint
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const file = (await isFolder(path)) ? await mainFileOf(path) : path
  return { path, tensors: await tensorsIn(file) }
}

/** Tells whether there is a folder. @throws {LayerRotationError} MISSING_FILE if there is nothing, READ_FAILED */
export const isFolder = (path: string): Promise<boolean> =>
  reading(path, async () => (await stat(path)).isDirectory(), 'a checkpoint: a safetensors file, or a folder of them')

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
  const message = `${folder} is a folder without ${mainFiles[1]} or its index; name the file of the checkpoint`
  throw new LayerRotationError('INVALID_FILE', message)
}

async function tensorsIn(file: string): Promise<CheckpointTensor[]> {
  if (!file.endsWith('.index.json')) return tensorsOf(file, await listOf(file))
  const tensors: CheckpointTensor[] = []
  for (const { file: part, names } of await readShardedIndex(file)) {
    const entries = new Map((await listOf(part)).map((entry) => [entry.name, entry]))
    for (const name of names) {
      if (entries.has(name)) continue
      const message = `${file} says that ${part} holds ${JSON.stringify(name)}, which it does not; get both again`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    tensors.push(
      ...tensorsOf(
        part,
        [...entries.values()].filter(({ name }) => names.has(name)),
      ),
    )
  }
  return tensors
}

const listOf = (file: string): Promise<Entry[]> => reading(file, () => readTensorList(file))

const tensorsOf = (file: string, entries: readonly Entry[]): CheckpointTensor[] =>
  entries.flatMap(({ name, dtype, shape, begin }) =>
    isStoredType(dtype) ? [{ name, shape, type: dtype, file, offset: begin }] : [],
  )

const isStoredType = (dtype: string): dtype is StoredType => storedTypes.has(dtype)
