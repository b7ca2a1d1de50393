import { dataShape } from '../../data/data.js'
import { groupContradictions } from './groups.js'
import { monitoredLayers } from '../../model/describe-model.js'
import { findMisfit } from '../../model/shapes.js'
import { ruleOf } from '../../optimizer/optimizer.js'
import { suggestion } from '../../validation/nearest.js'
import type { Contradiction } from './contradiction.js'
import type { ExperimentConfig } from '../config.js'
import { rateContradictions } from './rates.js'

/** What each part of an experiment allows by itself, but not together with the others. */
export function* contradictions(config: ExperimentConfig): Generator<Contradiction> {
  const { inputShape, classes } = dataShape(config.data)
  const misfit = findMisfit(config.model.layers, inputShape, classes)
  if (misfit) yield { path: ['model', 'layers', ...misfit.path], message: misfit.message }
  else {
    yield* unknownExceptions(config)
    yield* groupContradictions(config)
    yield* rateContradictions(config)
  }
  yield* decayTwice(config)
  yield* impossibleShift(config, inputShape)
  yield* impossibleStops(config)
}

function* unknownExceptions({ regularization, model }: ExperimentConfig): Generator<Contradiction> {
  if (regularization === null || regularization.type === 'weightDecay') return
  const layers = monitoredLayers(model.layers)
  for (const [index, name] of regularization.except.entries()) {
    if (layers.includes(name)) continue
    const message = `${JSON.stringify(name)} is no conv or dense layer of the model${suggestion(name, layers)}`
    yield { path: ['regularization', 'except', index], message }
  }
}

function* decayTwice({ regularization, optimizer }: ExperimentConfig): Generator<Contradiction> {
  const rule = ruleOf(optimizer)
  if (regularization?.type !== 'decoupledWeightDecay' || rule.type !== 'adamW') return
  const message = `adamW decays weights by itself, by ${rule.weightDecay}; expected null, or adam in its place`
  yield { path: ['regularization'], message }
}

/** The border is mirrored once, so a shift cannot reach beyond the other side. */
function* impossibleShift({ augmentation }: ExperimentConfig, inputShape: readonly number[]): Generator<Contradiction> {
  const [height = 0, width = 0] = inputShape.slice(-2)
  const largest = Math.min(height, width)
  if (augmentation.shift <= largest) return
  const message = `shifts of ${augmentation.shift} pixels are more than images of ${height} × ${width} allow; expected at most ${largest}`
  yield { path: ['augmentation', 'shift'], message }
}

function* impossibleStops({ stopping, validation, epochs }: ExperimentConfig): Generator<Contradiction> {
  if (stopping?.early && validation === null) {
    const message = 'there are no images that validate; expected validation={share: 0.1} or another share beside it'
    yield { path: ['stopping', 'early'], message }
  }
  const epoch = stopping?.notWorking?.epoch ?? 0
  if (epoch >= epochs) {
    const message = `${epoch} is beyond the run; expected at most ${epochs - 1}, the last of ${epochs} epochs counted from 0`
    yield { path: ['stopping', 'notWorking', 'epoch'], message }
  }
}
