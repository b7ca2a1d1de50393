import type { EpochMetrics } from '../run/metrics.js'
import { mean } from '../trajectory/mean.js'
import type { EpochEnd, Score } from './events.js'

/** What listeners hear of an epoch that was recorded. @param rotation [layers] */
export function epochEnd(
  metrics: EpochMetrics,
  test: Score,
  layers: readonly string[],
  rotation: Float64Array,
  epochs: number,
): EpochEnd {
  const { epoch, learningRate, seconds } = metrics
  return {
    epoch,
    epochs,
    learningRate,
    train: { loss: metrics.trainLoss, accuracy: metrics.trainAccuracy },
    test,
    rotation: { mean: mean(rotation), layers: Object.fromEntries(layers.map((name, i) => [name, rotation[i]!])) },
    seconds,
    secondsLeft: (seconds / epoch) * (epochs - epoch),
  }
}

/** The line of run.log. */
export function describeEpoch({ epoch, epochs, learningRate, train, test, rotation, seconds }: EpochEnd): string {
  return [
    `epoch ${epoch}/${epochs}`,
    `rate ${learningRate.toPrecision(3)}`,
    `train loss ${train.loss.toPrecision(4)} accuracy ${percent(train.accuracy)}`,
    `test loss ${test.loss.toPrecision(4)} accuracy ${percent(test.accuracy)}`,
    `mean rotation ${rotation.mean.toFixed(4)}`,
    `${seconds.toFixed(1)} s`,
  ].join(', ')
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
