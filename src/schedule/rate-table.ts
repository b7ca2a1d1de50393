import { schedule, type LearningRateConfig } from './schedule.js'

/**
 * The learning rates of one epoch as the addon takes them.
 *
 * @param layers how many layers are monitored; all have the same rate
 * @param epoch 0-based
 * @returns [stepsPerEpoch][layers], row-major
 */
export function rateTable(
  learningRate: LearningRateConfig,
  layers: number,
  epoch: number,
  stepsPerEpoch: number,
): Float64Array {
  const rate = schedule(learningRate)
  const table = new Float64Array(stepsPerEpoch * layers)
  for (let step = 0; step < stepsPerEpoch; step++) {
    table.fill(rate(epoch + step / stepsPerEpoch), step * layers, (step + 1) * layers)
  }
  return table
}
