import { LayerRotationError } from '../../errors.js'
import { PickledCall, readPickle, type Construct } from '../pytorch/pickle.js'
import { modelTensors } from '../pytorch/pickled-tensors.js'

/** A stretch of a file of a distributed checkpoint: an archive as torch.save writes it, with one tensor. */
export interface ChunkPlace {
  /** The name of the file beside the metadata. */
  file: string
  begin: number
  size: number
}

/** A block of a tensor that a process has saved. */
export interface Chunk {
  /** Its first element's place in each dimension. */
  offsets: readonly number[]
  sizes: readonly number[]
  place: ChunkPlace
}

/** A tensor of a distributed checkpoint, as its metadata describe it. */
export class ShardedTensor {
  constructor(
    readonly shape: readonly number[],
    readonly chunks: readonly Chunk[],
  ) {}
}

/**
 * Reads the metadata of a distributed checkpoint: a pickle, which is read as data, of the tensors' shapes and chunks, the places of
 * the chunks, and the keys of the dicts that the tensors were in.
 *
 * @returns the tensors of the model by their names, those of the optimizer left out
 * @throws {LayerRotationError} INVALID_FILE
 */
export function parseMetadata(bytes: Uint8Array, file: string): Map<string, ShardedTensor> {
  const metadata = fieldsOf(readPickle(bytes, file, constructMetadata).value)
  const tensors = metadata.get('state_dict_metadata')
  if (!(tensors instanceof Map)) throw invalid(file, 'it lists no tensors')
  const places = placesOf(metadata.get('storage_data'), file)
  const paths = metadata.get('planner_data')
  const root = new Map<unknown, unknown>()
  for (const [name, description] of tensors) {
    const fields = fieldsOf(description)
    const [shape, chunks] = [fields.get('size'), fields.get('chunks')]
    // An entry that is no tensor has neither.
    if (typeof name !== 'string' || !isCounts(shape) || !Array.isArray(chunks)) continue
    const placed = (chunks as unknown[]).map((chunk) => chunkOf(chunk, name, shape.length, places, file))
    const path: unknown = paths instanceof Map ? paths.get(name) : undefined
    put(root, Array.isArray(path) && path.length > 0 ? path : [name], new ShardedTensor(shape, placed))
  }
  return modelTensors(root, ShardedTensor)
}

/** Makes shapes of the calls by which they are written. */
const constructMetadata: Construct = ({ path }, [first]) =>
  path === 'torch.Size' && Array.isArray(first) ? (first as unknown[]) : undefined

/** Puts a tensor into dicts within dicts, as it was. */
function put(root: Map<unknown, unknown>, path: readonly unknown[], tensor: ShardedTensor): void {
  let inner = root
  for (const key of path.slice(0, -1)) {
    const next = inner.get(key)
    const map = next instanceof Map ? next : new Map<unknown, unknown>()
    inner.set(key, map)
    inner = map
  }
  inner.set(path.at(-1), tensor)
}

/** The places of the chunks by the names of the tensors and the offsets. */
function placesOf(storage: unknown, file: string): Map<string, ChunkPlace> {
  const places = new Map<string, ChunkPlace>()
  if (!(storage instanceof Map)) throw invalid(file, 'it names no files')
  for (const [index, info] of storage) {
    const [key, found] = [fieldsOf(index), fieldsOf(info)]
    const [name, begin, size] = [found.get('relative_path'), found.get('offset'), found.get('length')]
    const offsets = key.get('offset')
    if (!isCounts(offsets)) continue
    // A file lies beside the metadata: a path elsewhere is refused.
    if (typeof name !== 'string' || !/^[^/\\\0]+\.distcp$/.test(name) || !isCount(begin) || !isCount(size)) {
      throw invalid(file, `the place of ${String(key.get('fqn'))} is not in a .distcp file beside it`)
    }
    places.set(`${String(key.get('fqn'))} ${offsets.join()}`, { file: name, begin, size })
  }
  return places
}

function chunkOf(
  chunk: unknown,
  name: string,
  dimensions: number,
  places: ReadonlyMap<string, ChunkPlace>,
  file: string,
): Chunk {
  const fields = fieldsOf(chunk)
  const [offsets, sizes] = [fields.get('offsets'), fields.get('sizes')]
  if (!isCounts(offsets) || !isCounts(sizes) || offsets.length !== dimensions || sizes.length !== dimensions) {
    throw invalid(file, `a chunk of ${name} has no offsets and sizes in ${dimensions} dimensions`)
  }
  const place = places.get(`${name} ${offsets.join()}`)
  if (place === undefined)
    throw invalid(file, `the place of the chunk of ${name} at [${offsets.join(', ')}] is missing`)
  return { offsets, sizes, place }
}

/** The fields of an object by their names. */
function fieldsOf(value: unknown): ReadonlyMap<unknown, unknown> {
  const state = value instanceof PickledCall ? value.state : undefined
  const fields: unknown = Array.isArray(state) ? state.find((part) => part instanceof Map) : state
  return fields instanceof Map ? fields : new Map()
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount)

const invalid = (file: string, problem: string): LayerRotationError =>
  new LayerRotationError('INVALID_FILE', `${file} is not the metadata of a distributed checkpoint: ${problem}`)
