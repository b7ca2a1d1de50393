import { elements } from '../../shape.js'
import type { FileTensors } from '../checkpoint.js'
import { layoutOf } from '../layout.js'
import { bytesOf } from '../stored-types.js'
import type { Invalid, Stretch } from '../zip-archive.js'
import type { PickledTensor } from './pickled-tensors.js'

/**
 * Places the tensors of a pickle in their file. Tensors of other types are left out, those with gaps between their elements with a
 * note; tied ones count once.
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
  const tied = new Map<string, string>()
  const places = await placesOf(found.values(), place)
  for (const [name, tensor] of found) {
    const { type, storage, offset, shape, strides } = tensor
    if (type === undefined) continue
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
      if (shape.length > 1) result.notes.push(`${file}: ${name} is tied to ${twin}, and counts once`)
      continue
    }
    tied.set(key, name)
    result.tensors.push({ name, shape, type, file, offset: begin, ...(layout.length > 0 && { order: layout }) })
  }
  return result
}

/** Finds the storages of the tensors whose type is known. They are looked up together, as each would wait for a read of its own. */
async function placesOf(
  tensors: Iterable<PickledTensor>,
  place: (storage: string) => Promise<Stretch> | Stretch,
): Promise<Map<string, Stretch>> {
  const storages = new Set(Array.from(tensors).flatMap(({ type, storage }) => (type === undefined ? [] : storage)))
  return new Map(await Promise.all(Array.from(storages, async (key) => [key, await place(key)] as const)))
}
