import { LayerRotationError } from '../errors.js'
import { nearest } from '../validation/nearest.js'
import { renamings, type Renaming } from './match-names.js'
import type { TensorDescription } from './safetensors.js'

/** The most problems of a kind that are listed; only the number of the others is given. */
const namedProblems = 5

/** The parameters and buffers of a model by name. */
export type StateShapes = ReadonlyMap<string, { shape: readonly number[]; kind: 'parameter' | 'buffer' }>

/**
 * Finds the tensors of a model in a file, by their names or by the usual other names for them, and checks their shapes.
 * Buffers, such as running statistics, may be missing.
 *
 * @param tensors those of the file
 * @param file the file of the weights, for the error
 * @returns the names of the tensors in the file with their names in the model, without PyTorch's batch counters
 *   num_batches_tracked
 * @throws {LayerRotationError} INVALID_FILE, naming the tensors that are missing, unknown or of another shape
 */
export function checkWeights(
  tensors: readonly TensorDescription[],
  expected: StateShapes,
  file: string,
): ReadonlyMap<string, string> {
  const found = tensors.filter(({ name }) => lastPart(name) !== 'num_batches_tracked')
  const ways = renamings(
    found.map(({ name }) => name),
    [...expected.keys()],
  )
  let best: Fit | undefined
  for (const way of ways) {
    const fit = compare(found, expected, way)
    if (fit.missing.length + fit.strangers.length + fit.misfits.length === 0) return fit.names
    if (best === undefined || fit.fitting > best.fitting) best = fit
  }
  throw new LayerRotationError('INVALID_FILE', describe(best!, expected, file))
}

/** How the tensors of a file fit a model under one renaming. */
interface Fit {
  renaming: Renaming
  /** The names in the model by those in the file. */
  names: Map<string, string>
  /** The number of tensors that have a name and the shape of the model's. */
  fitting: number
  /** Names of parameters of the model. */
  missing: string[]
  strangers: TensorDescription[]
  misfits: TensorDescription[]
}

function compare(found: readonly TensorDescription[], expected: StateShapes, renaming: Renaming): Fit {
  const names = new Map(found.map(({ name }) => [name, renaming.rename(name)]))
  const counts = new Map<string, number>()
  for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1)
  const ours = ({ name }: TensorDescription) => expected.get(names.get(name)!)
  const isUnknown = (tensor: TensorDescription) => !ours(tensor) || counts.get(names.get(tensor.name)!)! > 1
  const strangers = found.filter(isUnknown)
  const known = found.filter((tensor) => !isUnknown(tensor))
  const misfits = known.filter((tensor) => isOther(tensor.shape, ours(tensor)!.shape))
  const missing = [...expected].filter(([name, { kind }]) => kind === 'parameter' && !counts.has(name))
  return {
    renaming,
    names,
    fitting: known.length - misfits.length,
    missing: missing.map(([name]) => name),
    strangers,
    misfits,
  }
}

function describe({ renaming, names, missing, strangers, misfits }: Fit, expected: StateShapes, file: string): string {
  const lines = [
    ...listed(missing, (name) => `${name} of shape ${show(expected.get(name)!.shape)} is missing`),
    ...listed(strangers, ({ name, shape }) => {
      const near = nearest(names.get(name)!.slice(0, 200), missing)
      const hint = near === undefined ? '' : `; did you mean ${near}?`
      return `${JSON.stringify(name.slice(0, 200))} of shape ${show(shape)} is not a tensor of the model${hint}`
    }),
    ...listed(misfits, ({ name, shape }) => {
      const ours = names.get(name)!
      return `${name} has shape ${show(shape)}; expected ${show(expected.get(ours)!.shape)}${ours === name ? '' : `, that of ${ours}`}`
    }),
  ]
  const { words } = renaming
  const head = `${file} does not fit the model${words === undefined ? '' : `, taking ${words}`}:`
  const rename = `save_file({k.replace("theirs", "ours"): v for k, v in load_file(${JSON.stringify(file)}).items()}, "renamed.safetensors")`
  const advice = missing.length > 0 && strangers.length > 0 ? [`other names can be changed in Python: ${rename}`] : []
  return [head, ...lines, ...advice].join('\n  ')
}

/** Describes the first few of some problems, and counts the others. */
function listed<Item>(items: readonly Item[], describe: (item: Item) => string): string[] {
  const lines = items.slice(0, namedProblems).map(describe)
  return items.length > namedProblems ? [...lines, `and ${items.length - namedProblems} more like these`] : lines
}

function isOther(shape: readonly number[], expected: readonly number[]): boolean {
  return shape.length !== expected.length || shape.some((size, i) => size !== expected[i])
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

const show = (shape: readonly number[]): string => `[${shape.slice(0, 20).join(', ')}${shape.length > 20 ? ', …' : ''}]`
