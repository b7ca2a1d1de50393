import type { ExperimentConfig } from '../../experiment/config.js'
import { epochRates } from '../../schedule/rate-table.js'
import { scheduleOf, type ScheduleConfig } from '../../schedule/schedule.js'
import type { RateSource } from './rate-source.js'

/** Rates that are known in advance: a schedule times multipliers. @param layers names in forward order */
export function scheduledRates(
  learningRate: ScheduleConfig,
  { multipliers, epochs }: Pick<ExperimentConfig, 'multipliers' | 'epochs'>,
  layers: readonly string[],
  stepsPerEpoch: number,
): RateSource {
  const nominal = scheduleOf(learningRate, { epochs, stepsPerEpoch })
  return {
    stretches: () => [stepsPerEpoch],
    rates: (epoch) => Promise.resolve(epochRates({ learningRate, multipliers, epochs }, layers, epoch, stepsPerEpoch)),
    nominalRate: (epoch, step) => nominal(epoch + step / stepsPerEpoch),
    state: () => null,
    restore: () => undefined,
  }
}
