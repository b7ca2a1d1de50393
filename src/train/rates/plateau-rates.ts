import { z } from 'zod'
import type { ExperimentConfig } from '../../experiment/config.js'
import { significant } from '../../numbers.js'
import { layerFactors } from '../../schedule/multipliers/multipliers.js'
import type { PlateauConfig } from '../../schedule/plateau.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import type { RateSource } from './rate-source.js'

/** PyTorch leaves out a reduction that is not above this. */
const leastReduction = 1e-8

/** The state between two epochs, with the names of ReduceLROnPlateau. */
const stateSchema = strictObject({
  rate: z.number().positive(),
  /** null before the first value. */
  best: z.number().nullable(),
  badEpochs: z.int().min(0),
  cooldown: z.int().min(0),
})

/**
 * Rates that are reduced when a measure stops improving: ReduceLROnPlateau, stepped after each epoch in which the measure is
 * known.
 *
 * @param layers names in forward order
 */
export function plateauRates(
  config: PlateauConfig,
  { multipliers }: Pick<ExperimentConfig, 'multipliers'>,
  layers: readonly string[],
  stepsPerEpoch: number,
): RateSource {
  const factors = layerFactors(multipliers, layers)
  let state: z.output<typeof stateSchema> = { rate: config.initial, best: null, badEpochs: 0, cooldown: 0 }
  return {
    stretches: () => [stepsPerEpoch],
    rates: (_epoch, _first, steps) =>
      Promise.resolve(
        Float64Array.from({ length: steps * layers.length }, (_, i) => state.rate * factors[i % layers.length]!),
      ),
    nominalRate: () => state.rate,
    afterEpoch: (metrics) => {
      const value = metrics[config.metric]
      if (value === null) return undefined
      const before = state
      state = stepped(config, before, value)
      if (state.rate === before.rate) return undefined
      const since = `${config.metric} is not better than ${significant(before.best)}`
      return `the learning rate falls from ${significant(before.rate)} to ${significant(state.rate)}: ${since}`
    },
    state: () => state,
    restore: (restored) => {
      state = validate(stateSchema, restored, 'the rates in the checkpoint', 'INVALID_FILE')
    },
  }
}

function stepped(
  config: PlateauConfig,
  before: z.output<typeof stateSchema>,
  value: number,
): z.output<typeof stateSchema> {
  let { rate, best, badEpochs, cooldown } = before
  if (isBetter(config, value, best)) {
    best = value
    badEpochs = 0
  } else badEpochs++
  if (cooldown > 0) {
    cooldown--
    badEpochs = 0
  }
  if (badEpochs > config.patience) {
    const reduced = Math.max(rate * config.factor, config.minimum)
    if (rate - reduced > leastReduction) rate = reduced
    cooldown = config.cooldown
    badEpochs = 0
  }
  return { rate, best, badEpochs, cooldown }
}

/** Tells whether a value improves on the best one; in the order of PyTorch's operations, to the same bits. */
function isBetter({ metric, threshold, thresholdMode }: PlateauConfig, value: number, best: number | null): boolean {
  const isLoss = metric !== 'valAccuracy'
  const known = best ?? (isLoss ? Infinity : -Infinity)
  if (isLoss) return value < (thresholdMode === 'relative' ? known * (1 - threshold) : known - threshold)
  return value > (thresholdMode === 'relative' ? known * (threshold + 1) : known + threshold)
}
