import { renamings, type Renaming } from '../weights/match-names.js'
import type { Checkpoint, CheckpointTensor } from './checkpoint.js'

/** A layer of a series: a tensor of its first checkpoint. */
export interface SeriesLayer {
  /** The tensor's name without `.weight`. */
  name: string
  tensor: string
  /** The names of tensors that are tied to it. */
  otherNames?: readonly string[]
  shape: readonly number[]
  /** Its dimensions in the order of memory, where `CheckpointTensor` has it. */
  order?: readonly number[]
}

/** The layers of a checkpoint: its tensors of two and more dimensions, unless they are empty. */
export function layersIn({ tensors }: Checkpoint): SeriesLayer[] {
  const weights = tensors.filter(({ shape }) => shape.length > 1 && !shape.includes(0))
  const taken = new Set(weights.map(({ name }) => name))
  return weights.map((tensor) => {
    const short = tensor.name.replace(/\.weight$/, '')
    return layerOf(tensor, taken.has(short) ? tensor.name : short)
  })
}

/** A tensor as a layer of a name. */
export const layerOf = ({ name: tensor, otherNames, shape, order }: CheckpointTensor, name: string): SeriesLayer => ({
  ...{ name, tensor, shape },
  ...(otherNames && { otherNames }),
  ...(order && { order }),
})

/** The least share of names that have a prefix which others lack. */
const prefixShare = 0.5

/** The tensors of another checkpoint that are those of the layers. */
export interface Matches {
  /** By the names of the layers; one that is missing or has another shape is absent. */
  tensors: Map<string, CheckpointTensor>
  /** Sentences about what does not fit. */
  notes: string[]
}

/**
 * Finds the layers in a checkpoint, by the same names or by those that other libraries give to the same parts, such as names
 * behind `module.`.
 *
 * @param origin the checkpoint that the layers are of, of which they may be some
 */
export function matchLayers(layers: readonly SeriesLayer[], checkpoint: Checkpoint, origin: Checkpoint): Matches {
  const { tensors, path } = checkpoint
  const { found, words, rename } = bestMatch(layers, tensors)
  const matched = new Map<string, CheckpointTensor>()
  const missing: string[] = []
  const notes = words === undefined ? [] : [`${path}: its layers are found by ${words}`]
  const matchOf = (layer: SeriesLayer) => namesOf(layer.tensor, layer).flatMap((name) => found.get(name) ?? [])[0]
  for (const layer of layers) {
    const { name, shape, order } = layer
    const match = matchOf(layer)
    if (match === undefined) missing.push(name)
    else if (match.shape.join() !== shape.join()) {
      notes.push(`${path}: ${name} has shape [${match.shape.join(', ')}]; expected [${shape.join(', ')}]`)
    } else if (match.order?.join() !== order?.join()) {
      notes.push(
        `${path}: the elements of ${name} are in another order, such as channels_last; save them with .contiguous()`,
      )
    } else matched.set(name, match)
  }
  const known = new Set(origin.tensors.flatMap((tensor) => namesOf(tensor.name, tensor)))
  const matchedTensors = new Set(layers.map((layer) => matchOf(layer)?.name))
  const isNew = ({ tensor }: SeriesLayer) =>
    !matchedTensors.has(tensor) && !known.has(tensor) && !known.has(rename(tensor))
  const others = layersIn(checkpoint)
    .filter(isNew)
    .map(({ tensor }) => tensor)
  if (missing.length > 0) notes.push(`${path}: without ${listed(missing)}`)
  return { tensors: matched, notes: others.length === 0 ? notes : [...notes, `${path}: also has ${listed(others)}`] }
}

const namesOf = (name: string, { otherNames = [] }: Pick<SeriesLayer, 'otherNames'>): string[] => [name, ...otherNames]

/** The tensors by the names of a series, under the renaming that finds most of its layers. */
function bestMatch(layers: readonly SeriesLayer[], tensors: readonly CheckpointTensor[]) {
  const wanted = layers.map((layer) => namesOf(layer.tensor, layer))
  const names = tensors.map((tensor) => namesOf(tensor.name, tensor))
  const none = { found: new Map<string, CheckpointTensor>(), fitting: -1 }
  let best: typeof none & Renaming = { ...none, words: undefined, rename: (name) => name }
  for (const { words, rename } of renamings(names.flat(), wanted.flat(), prefixShare)) {
    const found = new Map<string, CheckpointTensor>()
    for (const [i, tensor] of tensors.entries()) {
      for (const name of names[i]!) {
        const renamed = rename(name)
        // A tensor that has the very name counts before one that is renamed to it.
        if (renamed === name || !found.has(renamed)) found.set(renamed, tensor)
      }
    }
    const fitting = wanted.filter((some) => some.some((name) => found.has(name))).length
    if (fitting > best.fitting) best = { found, words, fitting, rename }
    if (fitting === wanted.length) break
  }
  return best
}

/** The first few names, and the number of the others. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}
