import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'
import type { NamedTensor } from '../native/contract.js'
import { writeWhole } from '../files/write.js'
import { suggestion } from '../validation/nearest.js'
import { requirePath } from '../validation/path.js'
import { validate } from '../validation/validate.js'
import { encodeSafetensors, readSafetensors, type Choose, type TensorDescription } from './safetensors.js'

/** Parameters and buffers by their names in PyTorch's `state_dict`, in the order of the file. */
export type Weights = Map<string, { shape: number[]; data: Float32Array }>

/**
 * Reads a safetensors file, such as one that PyTorch wrote: `save_file(model.state_dict(), 'resnet18.safetensors')`. F16,
 * BF16, 8-bit floats, F64 and integers become F32.
 *
 * @param names the tensors to read, by default all
 * @throws {LayerRotationError} MISSING_FILE; INVALID_FILE, naming file and byte, also for a tensor that is not there or whose
 *   type, such as C64, cannot become F32; OUT_OF_MEMORY if the tensors do not fit into this machine's memory; INVALID_CONFIG
 *   for arguments of other types
 */
export async function loadWeights(file: string, names?: readonly string[]): Promise<Weights> {
  requirePath(file, 'loadWeights', 'file')
  validate(z.object({ names: z.array(z.string()).optional() }), { names }, 'loadWeights')
  const tensors = await readWeights(file, names && ((known) => chosen(names, known, file)))
  return new Map(tensors.map(({ name, shape, data }) => [name, { shape, data }]))
}

/** Reads the tensors of a safetensors file that `choose` chooses. @throws {LayerRotationError} as loadWeights */
export function readWeights(file: string, choose?: Choose): Promise<NamedTensor[]> {
  return reading(file, () => readSafetensors(file, choose), 'a safetensors file')
}

function chosen(names: readonly string[], tensors: readonly TensorDescription[], file: string): Map<string, string> {
  const known = new Set(tensors.map(({ name }) => name))
  const missing = names.find((name) => !known.has(name))
  if (missing === undefined) return new Map(names.map((name) => [name, name]))
  const message = `${file} has no tensor ${JSON.stringify(missing)}${suggestion(missing, [...known])}`
  throw new LayerRotationError('INVALID_FILE', message)
}

/**
 * Writes a safetensors file of F32 tensors. It replaces an existing file atomically.
 *
 * @throws {LayerRotationError} WRITE_FAILED; INVALID_CONFIG if weights are not a Map of tensors, data is not a Float32Array,
 *   or a shape is not a list of sizes that match the data
 */
export async function saveWeights(file: string, weights: Weights): Promise<void> {
  requirePath(file, 'saveWeights', 'file')
  requireTensors(weights)
  await writeWhole(file, encodeSafetensors(namedTensors(weights)))
}

/** Checks what only the compiler knows of: a program in JavaScript may give anything. */
function requireTensors(weights: unknown): void {
  const refuse = (problem: string): never => {
    throw new LayerRotationError('INVALID_CONFIG', `saveWeights: ${problem}`)
  }
  if (!(weights instanceof Map)) return refuse('the weights are not a Map; expected one of tensors by name')
  for (const [name, tensor] of weights as Map<unknown, { data?: unknown } | undefined>) {
    if (typeof name !== 'string') refuse(`a name is of type ${typeof name}; expected a text`)
    if (!(tensor?.data instanceof Float32Array))
      refuse(`the data of ${JSON.stringify(name)} is not a Float32Array; expected one, with a shape beside it`)
  }
}

/** The weights as the list of tensors that the addon takes. */
export function namedTensors(weights: Weights): NamedTensor[] {
  return Array.from(weights, ([name, { shape, data }]) => ({ name, shape, data }))
}
