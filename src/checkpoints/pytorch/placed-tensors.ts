import { elements } from '../../shape.js'
import type { CheckpointTensor, FileTensors } from '../checkpoint.js'
import { layoutOf } from '../layout.js'
import { bytesOf } from '../stored-types.js'
import type { Invalid, Stretch } from '../../files/zip-archive.js'
import type { PickledTensor } from './pickled-tensors.js'

/**
 * Places the tensors of a pickle in their file. Tensors of integers are left out, those whose elements are not stored as they are or
 * have gaps between them with a note; tied ones count once.
 *
 * @param place finds a storage by its key
 * @throws {LayerRotationError} the error that `invalid` makes, for a tensor that reaches beyond its storage
 */
export async function placedTensors(
  found: ReadonlyMap<string, PickledTensor>,
  file: string,
  place: (storage: string) => Promise<Stretch> | Stretch,
  invalid: Invalid,
): Promise<FileTensors> {
  const result: FileTensors = { tensors: [], notes: [] }
  const tied = new Map<string, CheckpointTensor>()
  const places = await placesOf(found.values(), place)
  for (const [name, tensor] of found) {
    const { type, storage, offset, shape, strides, problem } = tensor
    if (problem !== undefined) result.notes.push(`${file}: ${name} is left out, as ${problem}`)
    if (type === undefined || problem !== undefined) continue
    const layout = layoutOf(shape, strides)
    if (layout === undefined) {
      result.notes.push(`${file}: ${name} is left out, as its elements have gaps; save it with .contiguous()`)
      continue
    }
    const { begin: start, size } = places.get(storage)!
    if ((offset + elements(shape)) * bytesOf[type] > size) {
      throw invalid(`${name} reaches beyond its storage of ${size} bytes`)
    }
    const begin = start + offset * bytesOf[type]
    const key = `${begin} ${type} ${shape.join()} ${layout.join()}`
    const twin = tied.get(key)
    if (twin !== undefined && elements(shape) > 0) {
      if (shape.length > 1) result.notes.push(`${file}: ${name} is tied to ${twin.name}, and counts once`)
      twin.otherNames = [...(twin.otherNames ?? []), name]
      continue
    }
    const placed: CheckpointTensor = {
      name,
      shape,
      type,
      file,
      offset: begin,
      ...(layout.length > 0 && { order: layout }),
    }
    tied.set(key, placed)
    result.tensors.push(placed)
  }
  return result
}

/** Finds the storages of the tensors that count. They are looked up together, as each would wait for a read of its own. */
async function placesOf(
  tensors: Iterable<PickledTensor>,
  place: (storage: string) => Promise<Stretch> | Stretch,
): Promise<Map<string, Stretch>> {
  const counted = Array.from(tensors).filter(({ type, problem }) => type !== undefined && problem === undefined)
  const storages = new Set(counted.map(({ storage }) => storage))
  return new Map(await Promise.all(Array.from(storages, async (key) => [key, await place(key)] as const)))
}
