import { renamings } from '../weights/match-names.js'
import type { Checkpoint, CheckpointTensor } from './checkpoint.js'

/** A layer of a series: a tensor of its first checkpoint. */
export interface SeriesLayer {
  /** The tensor's name without `.weight`. */
  name: string
  tensor: string
  shape: readonly number[]
  /** Its dimensions in the order of memory, where `CheckpointTensor` has it. */
  order?: readonly number[]
}

/** The layers of a checkpoint: its tensors of two and more dimensions. */
export function layersIn({ tensors }: Checkpoint): SeriesLayer[] {
  const weights = tensors.filter(({ shape }) => shape.length > 1)
  const taken = new Set(weights.map(({ name }) => name))
  return weights.map(({ name, shape, order }) => {
    const short = name.replace(/\.weight$/, '')
    return { name: taken.has(short) ? name : short, tensor: name, shape, ...(order && { order }) }
  })
}

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
 */
export function matchLayers(layers: readonly SeriesLayer[], checkpoint: Checkpoint): Matches {
  const { tensors, path } = checkpoint
  const names = tensors.map(({ name }) => name)
  const wanted = new Map(layers.map((layer) => [layer.tensor, layer]))
  const fits = renamings(names, [...wanted.keys()]).map((way) => {
    const found = new Map<string, CheckpointTensor>()
    for (const tensor of tensors) found.set(way.rename(tensor.name), tensor)
    return { found, words: way.words, fitting: [...wanted.keys()].filter((name) => found.has(name)).length }
  })
  const { found, words } = fits.reduce((best, fit) => (fit.fitting > best.fitting ? fit : best))
  const matched = new Map<string, CheckpointTensor>()
  const missing: string[] = []
  const notes = words === undefined ? [] : [`${path}: its layers are found by ${words}`]
  for (const { name, tensor, shape, order } of layers) {
    const match = found.get(tensor)
    if (match === undefined) missing.push(name)
    else if (match.shape.join() !== shape.join()) {
      notes.push(`${path}: ${name} has shape [${match.shape.join(', ')}]; expected [${shape.join(', ')}]`)
    } else if (match.order?.join() !== order?.join()) {
      notes.push(
        `${path}: the elements of ${name} are in another order, such as channels_last; save them with .contiguous()`,
      )
    } else matched.set(name, match)
  }
  const ours = new Set(layers.map(({ tensor }) => found.get(tensor)))
  const others = tensors.filter((tensor) => tensor.shape.length > 1 && !ours.has(tensor)).map(({ name }) => name)
  if (missing.length > 0) notes.push(`${path}: without ${listed(missing)}`)
  return { tensors: matched, notes: others.length === 0 ? notes : [...notes, `${path}: also has ${listed(others)}`] }
}

/** The first few names, and the number of the others. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}
