import type { ExperimentConfig } from '../experiment/config.js'
import { layerSettings } from '../groups/layer-settings.js'
import type { Run, TrainedRun } from '../run/open-run.js'
import { layerFactors } from '../schedule/multipliers/multipliers.js'
import { epochRates } from '../schedule/rate-table.js'
import { isSchedule } from '../schedule/schedule.js'
import { randomWalk } from '../rotation/random-walk.js'
import { rotationValue } from './rotation-axis.js'

/**
 * The rotation that a random walk of Layca's steps would reach at some of a run's epochs; empty if the layers do not all
 * turn by the same angles.
 *
 * @param rows indices of the epochs in the run's rotation table
 */
export function randomWalkLine(run: Run, rows: readonly number[]): { epoch: number; rotation: number }[] {
  if (run.config === undefined) return []
  const { stepsPerEpoch } = run.environment
  const rates = commonRates(run, stepsPerEpoch)
  if (!rates) return []
  const walk = randomWalk(rates)
  return rows.map((row) => {
    const epoch = run.rotation.epochs[row]!
    return { epoch, rotation: rotationValue(walk[Math.min(rates.length, Math.round(epoch * stepsPerEpoch))]!) }
  })
}

/** The most steps whose rates are added up for a line in a figure. */
const mostSteps = 2 ** 22

/** The rates [steps] of the epochs that were run; undefined if they differ between layers or are too many. */
function commonRates({ config, rotation }: TrainedRun, stepsPerEpoch: number): Float64Array | undefined {
  const { layers } = rotation
  const factor = commonFactor(config, layers)
  const { optimizer, learningRate } = config
  if (optimizer.type !== 'layca' || !isSchedule(learningRate) || learningRate.type === 'perLayer' || !factor)
    return undefined
  const epochs = Math.ceil(rotation.epochs.at(-1) ?? 0)
  if (epochs * stepsPerEpoch > mostSteps) return undefined
  const rates = new Float64Array(epochs * stepsPerEpoch)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const ofEpoch = epochRates({ ...config, multipliers: null }, layers.slice(0, 1), epoch, stepsPerEpoch)
    rates.set(ofEpoch, epoch * stepsPerEpoch)
  }
  return rates.map((rate) => rate * factor)
}

/** The factor on the rates of all layers; undefined if layers have different factors or if some are not controlled. */
function commonFactor(config: ExperimentConfig, layers: readonly string[]): number | undefined {
  const settings = layerSettings(config, layers)
  if (settings.length !== layers.length || !settings.every(({ trained, controlled }) => trained && controlled)) {
    return undefined
  }
  const multipliers = layerFactors(config.multipliers, layers)
  const [factor, ...others] = new Set(settings.map(({ rateFactor }, i) => rateFactor * multipliers[i]!))
  return others.length === 0 ? factor : undefined
}
