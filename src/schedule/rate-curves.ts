import { layerFactors, type MultipliersConfig } from './multipliers/multipliers.js'
import { scheduleOfLayer } from './per-layer.js'
import { knownSchedule, schedule, type LearningRateConfig, type Schedule } from './schedule.js'

/** The learning rate of some layers over a whole run. */
export interface RateCurve {
  /** Names of the layers that share it, in forward order. */
  layers: string[]
  /** Rates at the beginning of steps, by epoch; a rate holds until the next point. The last point is the end of the run. */
  points: { epoch: number; rate: number }[]
}

/**
 * The rates of a run as curves. Layers that have the same rates share one.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if they are not known before the run
 * @param layers names of the monitored layers in forward order
 * @param resolution a curve has about twice as many points; in each part of the run its lowest and highest rate are among
 *   them, so that a spike of one step is seen
 */
export function rateCurves(
  config: { learningRate: LearningRateConfig; multipliers: MultipliersConfig | null; epochs: number },
  layers: readonly string[],
  stepsPerEpoch: number,
  resolution = 400,
): RateCurve[] {
  const { multipliers, epochs } = config
  const learningRate = knownSchedule(config.learningRate)
  const factors = layerFactors(multipliers, layers)
  const curves = new Map<unknown, Map<number, RateCurve>>()
  for (const [index, layer] of layers.entries()) {
    const factor = factors[index]!
    const own = learningRate.type === 'perLayer' ? scheduleOfLayer(learningRate, layer) : learningRate
    const ofSchedule = curves.get(own) ?? new Map<number, RateCurve>()
    curves.set(own, ofSchedule)
    const known = ofSchedule.get(factor)
    if (known) {
      known.layers.push(layer)
      continue
    }
    const rate = schedule(own, { epochs, stepsPerEpoch })
    const points = sample((epoch) => rate(epoch) * factor, epochs * stepsPerEpoch, stepsPerEpoch, resolution)
    ofSchedule.set(factor, { layers: [layer], points })
  }
  return [...curves.values()].flatMap((ofSchedule) => [...ofSchedule.values()])
}

function sample(rate: Schedule, steps: number, stepsPerEpoch: number, resolution: number): RateCurve['points'] {
  const points: RateCurve['points'] = []
  const parts = Math.min(resolution, steps)
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * steps) / parts)
    const to = Math.floor(((part + 1) * steps) / parts)
    const first = { epoch: from / stepsPerEpoch, rate: rate(from / stepsPerEpoch) }
    let [lowest, highest] = [first, first]
    for (let step = from + 1; step < to; step++) {
      const point = { epoch: step / stepsPerEpoch, rate: rate(step / stepsPerEpoch) }
      if (point.rate < lowest.rate) lowest = point
      if (point.rate > highest.rate) highest = point
    }
    points.push(...new Set([first, lowest, highest].sort((a, b) => a.epoch - b.epoch)))
  }
  const last = rate((steps - 1) / stepsPerEpoch)
  return [...points, { epoch: steps / stepsPerEpoch, rate: last }]
}
