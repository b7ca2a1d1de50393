import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { frozenByControl, stuckAtZero } from '../groups/stuck-at-zero.js'
import type { NamedTensor } from '../native/contract.js'
import { count } from '../numbers.js'

/**
 * Finds weights that would stay at 0 where they begin, under a control that only turns what is there, and scales of
 * normalisations at 0, such as those of residual branches, which a control that trains the weights of layers alone leaves there.
 *
 * @param weights the initial weights, from a file
 * @param file the file, for messages
 * @returns a warning for each layer of which some neurons are stuck, and for each such scale
 * @throws {LayerRotationError} INVALID_FILE if a whole layer is stuck
 */
export function stuckWeights(config: ExperimentConfig, weights: readonly NamedTensor[], file: string): string[] {
  const { optimizer } = config
  const stuck = stuckAtZero(config)
  const frozen = frozenByControl(config)
  return weights.flatMap(({ name, shape, data }) => {
    if (frozen.has(name) && isScale(name, shape) && data.every((value) => value === 0)) {
      return `all of ${name} began at 0 and will stay so, with all that it scales: ${optimizer.type} does not train it; a group with trained: true for it does`
    }
    if (!stuck?.names.has(name)) return []
    const zeros = zeroNeurons(data, shape[0]!)
    if (zeros === shape[0]) {
      const message = `${file}: all of ${name} is 0, and would stay so: ${stuck.reason}; expected other weights, or a group with controlled: false for this layer`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    if (zeros === 0 || !stuck.perNeuron) return []
    return `${count(zeros, 'neuron')} of ${count(shape[0]!)} in ${name} began at 0 and will stay so: ${stuck.reason}`
  })
}

/** Tells the scale of a normalisation, or of a branch, from its shift and from tokens, which may be 0. */
const isScale = (name: string, shape: readonly number[]): boolean =>
  shape.length === 1 && /\.(weight|gamma)$/.test(name)

/** Counts the neurons whose incoming weights are all 0. */
function zeroNeurons(data: Float32Array, neurons: number): number {
  const width = data.length / neurons
  const isZero = (_: unknown, neuron: number) =>
    data.subarray(neuron * width, (neuron + 1) * width).every((weight) => weight === 0)
  return Array.from({ length: neurons }, isZero).filter(Boolean).length
}
