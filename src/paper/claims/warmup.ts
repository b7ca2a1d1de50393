import { rateLabel } from '../../numbers.js'
import type { Claim, Prediction } from './claim.js'
import { accuracyGain, accuracyOf, rotationGain, sharedSeeds } from './differences.js'
import { pairedDifference } from './paired-difference.js'
import { runsOf, type PaperRun } from './paper-runs.js'

/** Warmup lets layers rotate early at rates that would otherwise stall the training, and is of no use at lower ones. */
export const warmupAtHighRates: Claim = {
  name: 'warmup',
  statement: 'Warmup raises early rotation, and helps only at high learning rates.',
  experiments: ['warmup'],
  predict: (runs) => {
    const settings = runs.runs.filter(
      ({ experiment, values }) => experiment === 'warmup' && values['method'] !== 'Layca',
    )
    const rates = [...new Set(settings.map(({ values }) => values['rate'] as number))].sort((a, b) => a - b)
    const lengths = [...new Set(settings.map(({ values }) => values['warmup'] as number))].filter(
      (length) => length > 0,
    )
    const [lowest, highest] = [rates[0], rates.at(-1)]
    if (lowest === undefined || highest === undefined) return []
    const at = (rate: number, warmup: number) => runsOf(runs, 'warmup', { method: 'SGD+L2', rate, warmup })
    return lengths.flatMap((length): Prediction[] => {
      const words = `a warmup of ${length} epochs`
      const [cold, warm] = [at(highest, 0), at(highest, length)]
      const own = [
        rotationGain(
          `mean rotation after an eighth of the training at ${rateLabel(highest)}: ${words} less none`,
          warm,
          cold,
          earlyRotation,
        ),
        accuracyGain(`test accuracy at ${rateLabel(highest)}: ${words} less none`, warm, cold),
      ]
      if (rates.length === 1) return own
      const [lowCold, lowWarm] = [at(lowest, 0), at(lowest, length)]
      return [
        ...own,
        {
          effect: `that gain at ${rateLabel(highest)} less the same at ${rateLabel(lowest)}`,
          unit: 'points',
          estimate: pairedDifference(
            sharedSeeds(warm, cold, lowWarm, lowCold).map((seed) => {
              const gain = accuracyOf(warm.get(seed)!) - accuracyOf(cold.get(seed)!)
              return gain - (accuracyOf(lowWarm.get(seed)!) - accuracyOf(lowCold.get(seed)!))
            }),
          ),
        },
      ]
    })
  },
}

/** The mean rotation after an eighth of the epochs. */
function earlyRotation({ row: { curves, experiment } }: PaperRun): number {
  const place = curves?.epochs.findIndex((epoch) => epoch >= experiment.epochs / 8) ?? -1
  return curves?.meanRotation[place] ?? Number.NaN
}
