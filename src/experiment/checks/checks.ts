import { dataShape } from '../../data/data.js'
import { groupContradictions } from './groups.js'
import { monitoredIn } from '../../model/describe-model.js'
import { findMisfit } from '../../model/shapes.js'
import { ruleOf } from '../../optimizer/optimizer.js'
import { suggestion } from '../../validation/nearest.js'
import { augmentationContradictions } from './augmentation.js'
import type { Contradiction } from './contradiction.js'
import type { ExperimentConfig } from '../config.js'
import { rateContradictions } from './rates.js'
import { averagingIn } from '../averaging-config.js'
import { zeroStarts } from './zero-starts.js'

/** Finds contradictions between parts of an experiment that are valid by themselves. */
export function* contradictions(config: ExperimentConfig): Generator<Contradiction> {
  const { inputShape, classes, isTokens } = dataShape(config.data)
  const misfit = findMisfit(config.model.layers, inputShape, classes, isTokens)
  if (misfit) yield { path: ['model', 'layers', ...misfit.path], message: misfit.message }
  else {
    yield* unknownExceptions(config)
    yield* groupContradictions(config)
    yield* rateContradictions(config)
    yield* zeroStarts(config)
  }
  yield* decayTwice(config)
  if (isTokens) yield* imageSettings(config)
  else yield* augmentationContradictions(config, inputShape)
  yield* impossibleStops(config)
  yield* unequalParts(config)
  yield* lateAverage(config)
}

function* unknownExceptions({ regularization, model }: ExperimentConfig): Generator<Contradiction> {
  if (regularization === null || regularization.type === 'weightDecay') return
  const layers = monitoredIn(model.layers)
  for (const [index, name] of regularization.except.entries()) {
    if (layers.includes(name)) continue
    const message = `${JSON.stringify(name)} is not a conv or dense layer of the model${suggestion(name, layers)}`
    yield { path: ['regularization', 'except', index], message }
  }
}

function* decayTwice({ regularization, optimizer }: ExperimentConfig): Generator<Contradiction> {
  const rule = ruleOf(optimizer)
  if (regularization?.type !== 'decoupledWeightDecay' || rule.type !== 'adamW') return
  const message = `adamW already decays weights, by ${rule.weightDecay}; expected null, or adam instead of adamW`
  yield { path: ['regularization'], message }
}

/** Finds settings of pixels where the data has none. */
function* imageSettings({ augmentation, normalization }: ExperimentConfig): Generator<Contradiction> {
  const refused = (path: string[], found: string, expected: string) => ({
    path,
    message: `${found}, but the data are tokens, which are taken as they are; expected ${expected}`,
  })
  const { shift, flip, crop, randAugment, cutout, randomErasing, mixing } = augmentation
  if (shift > 0) yield refused(['augmentation', 'shift'], 'images are shifted', '0')
  if (flip) yield refused(['augmentation', 'flip'], 'images are mirrored', 'false')
  if (crop) yield refused(['augmentation', 'crop'], 'images are cropped', 'null')
  if (randAugment) yield refused(['augmentation', 'randAugment'], 'images go through operations', 'null')
  if (cutout > 0) yield refused(['augmentation', 'cutout'], 'squares of images are erased', '0')
  if (randomErasing) yield refused(['augmentation', 'randomErasing'], 'boxes of images are erased', 'null')
  if (mixing) yield refused(['augmentation', 'mixing'], 'images are mixed', 'null')
  if (normalization === 'channel') yield refused(['normalization'], 'channels are normalised', 'no such key')
}

function* unequalParts({ accumulation, batchSize }: ExperimentConfig): Generator<Contradiction> {
  if (batchSize % accumulation === 0) return
  const expected = accumulation > batchSize ? `at most ${batchSize}` : `a divisor of ${batchSize}`
  const message = `${accumulation} parts of a batch of ${batchSize} are not equal; expected ${expected}`
  yield { path: ['accumulation'], message }
}

function* lateAverage(config: ExperimentConfig): Generator<Contradiction> {
  const { epochs } = config
  const averaging = averagingIn(config)
  if (averaging?.type !== 'swa' || averaging.from < epochs) return
  const message = `the average begins after ${averaging.from} epochs, and the run has ${epochs}; expected at most ${epochs - 1}`
  yield { path: ['averaging', 'from'], message }
}

function* impossibleStops({ stopping, validation, epochs }: ExperimentConfig): Generator<Contradiction> {
  if (stopping?.early && validation === null) {
    const message =
      'early stopping needs images that validate; expected a validation beside it, such as validation={share: 0.1}'
    yield { path: ['stopping', 'early'], message }
  }
  const epoch = stopping?.notWorking?.epoch ?? 0
  if (epoch >= epochs) {
    const message = `${epoch} is beyond the run; expected at most ${epochs - 1}, the last of ${epochs} epochs counted from 0`
    yield { path: ['stopping', 'notWorking', 'epoch'], message }
  }
}
