import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { keptWeights } from '../groups/kept-weights.js'
import type { NamedTensor } from '../native/contract.js'
import { count } from '../numbers.js'

/**
 * Finds weights that would never change: a control that keeps norms leaves at 0 what begins at 0.
 *
 * @param weights the initial weights, from a file
 * @param file the file, for messages
 * @returns a warning for each layer of which some neurons are stuck
 * @throws {LayerRotationError} INVALID_FILE if a whole layer is stuck
 */
export function stuckWeights(config: ExperimentConfig, weights: readonly NamedTensor[], file: string): string[] {
  const { optimizer } = config
  const kept = keptWeights(config)
  const perNeuron = 'per' in optimizer && optimizer.per === 'neuron'
  return weights.flatMap(({ name, shape, data }) => {
    const zeros = kept.has(name) ? zeroNeurons(data, shape[0]!) : 0
    if (zeros === shape[0]) {
      const message = `${file}: all of ${name} is 0, and would stay so: ${optimizer.type} keeps the norm that a weight begins with; expected other weights, or a group with controlled: false for this layer`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    if (zeros === 0 || !perNeuron) return []
    return `${count(zeros, 'neuron')} of ${count(shape[0]!)} in ${name} began at 0 and will stay so: ${optimizer.type} keeps the norm that each begins with`
  })
}

/** Counts the neurons whose incoming weights are all 0. */
function zeroNeurons(data: Float32Array, neurons: number): number {
  const width = data.length / neurons
  const isZero = (_: unknown, neuron: number) =>
    data.subarray(neuron * width, (neuron + 1) * width).every((weight) => weight === 0)
  return Array.from({ length: neurons }, isZero).filter(Boolean).length
}
