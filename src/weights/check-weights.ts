import { LayerRotationError } from '../errors.js'
import type { NamedTensor } from '../native/contract.js'
import { nearest } from '../validation/nearest.js'
import { namedTensors, type Weights } from './weights.js'

/** The most problems that are listed; only the number of the others is given. */
const namedProblems = 10

/** The parameters and buffers of a model by name. */
export type StateShapes = ReadonlyMap<string, { shape: readonly number[]; kind: 'parameter' | 'buffer' }>

/**
 * Checks weights against a model. Buffers, such as running statistics, may be missing.
 *
 * @param file the file of the weights, for the error
 * @returns the tensors for the model, without PyTorch's batch counters num_batches_tracked
 * @throws {LayerRotationError} INVALID_FILE, naming the tensors that are missing, unknown or of another shape
 */
export function checkWeights(weights: Weights, expected: StateShapes, file: string): NamedTensor[] {
  const found = namedTensors(weights).filter(({ name }) => lastPart(name) !== 'num_batches_tracked')
  const missing = [...expected.keys()].filter((name) => !weights.has(name))
  const problems = [
    ...missing.filter((name) => expected.get(name)!.kind === 'parameter').map((name) => () => lack(name)),
    ...found.filter(({ name }) => !expected.has(name)).map((tensor) => () => stranger(tensor)),
    ...found
      .filter(({ name, shape }) => isOther(shape, expected.get(name)?.shape))
      .map((tensor) => () => misfit(tensor)),
  ]
  if (problems.length === 0) return found

  const lines = problems.slice(0, namedProblems).map((describe) => describe())
  if (problems.length > namedProblems) lines.push(`and ${problems.length - namedProblems} more`)
  throw new LayerRotationError('INVALID_FILE', [`${file} does not fit the model:`, ...lines].join('\n  '))

  function lack(name: string): string {
    return `${name} of shape ${show(expected.get(name)!.shape)} is missing`
  }

  function stranger({ name, shape }: NamedTensor): string {
    const near = nearest(name.slice(0, 200), missing)
    const hint = near === undefined ? '' : `; did you mean ${near}?`
    return `${JSON.stringify(name.slice(0, 200))} of shape ${show(shape)} is not a tensor of the model${hint}`
  }

  function misfit({ name, shape }: NamedTensor): string {
    return `${name} has shape ${show(shape)}; expected ${show(expected.get(name)!.shape)}`
  }
}

function isOther(shape: readonly number[], expected: readonly number[] | undefined): boolean {
  if (expected === undefined) return false
  return shape.length !== expected.length || shape.some((size, i) => size !== expected[i])
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

const show = (shape: readonly number[]): string => `[${shape.slice(0, 20).join(', ')}${shape.length > 20 ? ', …' : ''}]`
