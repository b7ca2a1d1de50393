import { layerFactors, type MultipliersConfig } from './multipliers/multipliers.js'
import { scheduleOfLayer } from './per-layer.js'
import { knownSchedule, scheduleOf, type LearningRateConfig, type Schedule } from './schedule.js'

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
  const curves = new Map<unknown, { points: RateCurve['points']; byFactor: Map<number, RateCurve> }>()
  for (const [index, layer] of layers.entries()) {
    const factor = factors[index]!
    const own = learningRate.type === 'perLayer' ? scheduleOfLayer(learningRate, layer) : learningRate
    const ofSchedule = curves.get(own) ?? {
      points: sample(scheduleOf(own, { epochs, stepsPerEpoch }), epochs, stepsPerEpoch, resolution),
      byFactor: new Map<number, RateCurve>(),
    }
    curves.set(own, ofSchedule)
    const known = ofSchedule.byFactor.get(factor)
    if (known) {
      known.layers.push(layer)
      continue
    }
    const points = ofSchedule.points.map(({ epoch, rate }) => ({ epoch, rate: rate * factor }))
    ofSchedule.byFactor.set(factor, { layers: [layer], points })
  }
  return [...curves.values()].flatMap(({ byFactor }) => [...byFactor.values()])
}

function sample(rate: Schedule, epochs: number, stepsPerEpoch: number, resolution: number): RateCurve['points'] {
  const points: RateCurve['points'] = []
  const { count, step } = moments(epochs, stepsPerEpoch)
  const at = (moment: number) => ({ epoch: step(moment) / stepsPerEpoch, rate: rate(step(moment) / stepsPerEpoch) })
  const parts = Math.min(resolution, count)
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * count) / parts)
    const to = Math.floor(((part + 1) * count) / parts)
    const first = at(from)
    let [lowest, highest] = [first, first]
    for (let moment = from + 1; moment < to; moment++) {
      const point = at(moment)
      if (point.rate < lowest.rate) lowest = point
      if (point.rate > highest.rate) highest = point
    }
    points.push(...new Set([first, lowest, highest].sort((a, b) => a.epoch - b.epoch)))
  }
  const last = rate((epochs * stepsPerEpoch - 1) / stepsPerEpoch)
  return [...points, { epoch: epochs, rate: last }]
}

/** The most moments of a run whose rates are computed: twice as many as scheduleFrom makes, a fraction of a second. */
const mostMoments = 2 ** 21

/**
 * The moments of a run that show its rates: every step; in a longer run the first and last step of every epoch, or of evenly
 * spaced epochs, because within an epoch a schedule that is no table only rises or only falls.
 */
function moments(epochs: number, stepsPerEpoch: number): { count: number; step: (moment: number) => number } {
  const steps = epochs * stepsPerEpoch
  if (steps <= mostMoments) return { count: steps, step: (moment) => moment }
  const shown = Math.min(epochs, mostMoments / 2)
  const first = (index: number) => Math.floor((index * epochs) / shown) * stepsPerEpoch
  const step = (moment: number) => first(Math.floor(moment / 2)) + (moment % 2) * (stepsPerEpoch - 1)
  return { count: 2 * shown, step }
}
