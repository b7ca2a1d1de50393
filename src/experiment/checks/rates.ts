import { matchesGlob } from '../../validation/glob.js'
import { layerSettings } from '../../groups/layer-settings.js'
import { monitoredIn } from '../../model/describe-model.js'
import { layerFactors } from '../../schedule/multipliers/multipliers.js'
import { schedulesIn, type PlacedSchedule } from '../../schedule/nested.js'
import {
  isSchedule,
  scheduleOfOne,
  scheduleType,
  setsAngles,
  type LearningRateConfig,
} from '../../schedule/schedule.js'
import { suggestionAndList } from '../../validation/nearest.js'
import type { Contradiction } from './contradiction.js'
import type { ExperimentConfig } from '../config.js'

/** Finds contradictions between the learning rates and the rest of an experiment whose layers fit together. */
export function* rateContradictions(config: ExperimentConfig): Generator<Contradiction> {
  const layers = monitoredIn(config.model.layers)
  const wrongNames = [...unknownPatterns(config, layers), ...unknownLayers(config, layers)]
  yield* wrongNames
  for (const placed of schedulesIn(config.learningRate)) {
    yield* misfits(placed, config.epochs)
  }
  yield* missingMeasure(config)
  yield* ungovernable(config, layers)
  if (wrongNames.length === 0) yield* infiniteRates(config, layers)
}

function* unknownPatterns({ learningRate }: ExperimentConfig, layers: readonly string[]): Generator<Contradiction> {
  if (learningRate.type !== 'perLayer' && learningRate.type !== 'rotateTo') return
  for (const pattern of Object.keys(learningRate.layers)) {
    if (layers.some((layer) => matchesGlob(layer, pattern))) continue
    const message = `${JSON.stringify(pattern)} matches no conv or dense layer of the model${suggestionAndList(pattern, layers)}`
    yield { path: ['learningRate', 'layers'], message }
  }
}

/** Finds reasons why `replay` or `rotateTo` could not set the angle of every layer. */
function* ungovernable(config: ExperimentConfig, layers: readonly string[]): Generator<Contradiction> {
  const { learningRate, optimizer, multipliers } = config
  if (!setsAngles(learningRate)) return
  const { type } = learningRate
  if (optimizer.type !== 'layca' || optimizer.per !== 'layer') {
    const found = optimizer.type === 'layca' ? 'layca by neuron' : optimizer.type
    yield {
      path: ['optimizer', 'type'],
      message: `${type} sets the angle of each step, but the optimizer is ${found}; expected layca by layer`,
    }
    return
  }
  if (multipliers !== null) {
    yield { path: ['multipliers'], message: `${type} gives each layer its own rate; expected null` }
  }
  for (const { name, trained, controlled, rateFactor } of layerSettings(config, layers)) {
    if (trained && controlled && rateFactor === 1) continue
    const state = !trained ? 'frozen' : !controlled ? 'not controlled' : `trained at ${rateFactor} times its rate`
    yield {
      path: ['groups'],
      message: `${name} is ${state}, but ${type} sets the angle of every layer; expected each to train under layca at its own rate`,
    }
  }
}

function* unknownLayers({ multipliers }: ExperimentConfig, layers: readonly string[]): Generator<Contradiction> {
  if (multipliers?.type !== 'table') return
  for (const name of Object.keys(multipliers.layers)) {
    if (layers.includes(name)) continue
    const message = `${JSON.stringify(name)} is not a conv or dense layer of the model${suggestionAndList(name, layers)}`
    yield { path: ['multipliers', 'layers'], message }
  }
}

/** The rates of a plateau if nothing is ever reduced, which are the largest; other rates as they are. */
const withoutReductions = (config: LearningRateConfig): LearningRateConfig =>
  config.type === 'plateau' ? { type: 'constant', initial: config.initial } : config

function* missingMeasure({ learningRate, validation }: ExperimentConfig): Generator<Contradiction> {
  if (learningRate.type !== 'plateau' || learningRate.metric === 'trainLoss' || validation !== null) return
  const message = `${learningRate.metric} needs images that validate; expected trainLoss, or a validation beside it, such as validation={share: 0.1}`
  yield { path: ['learningRate', 'metric'], message }
}

function* misfits({ schedule, path }: PlacedSchedule, epochs: number): Generator<Contradiction> {
  const misfit = isSchedule(schedule) ? scheduleType(schedule).misfit?.(schedule, epochs) : undefined
  if (misfit) yield { path: [...path, misfit.key], message: misfit.message }
}

/** Finds rates that overflow in fp32. Only powers of a factor and multipliers grow without bound, which a thousand moments show. */
function* infiniteRates(config: ExperimentConfig, layers: readonly string[]): Generator<Contradiction> {
  const { learningRate, multipliers, epochs } = config
  const known = withoutReductions(learningRate)
  if (!isSchedule(known)) return
  const factors = layerFactors(multipliers, layers)
  const settings = layerSettings(config, layers)
  const moments = Math.min(epochs, 1000)
  for (const [index, layer] of layers.entries()) {
    const rate = scheduleOfOne(known, layer, { epochs })
    for (let moment = 0; moment < moments; moment++) {
      const epoch = moments === 1 ? 0 : Math.round((moment * (epochs - 1)) / (moments - 1))
      const value = Math.fround(rate(epoch) * factors[index]! * settings[index]!.rateFactor)
      if (Number.isFinite(value)) continue
      const message = `the rate of ${layer} becomes ${value} in epoch ${epoch + 1}; expected finite rates in all ${epochs} epochs`
      yield { path: ['learningRate'], message }
      return
    }
  }
}
