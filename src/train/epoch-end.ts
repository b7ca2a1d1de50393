import type { EpochMetrics } from '../run/metrics.js'
import { cosineDistance, duration, percent, significant } from '../numbers.js'
import { knownMean } from '../rotation/mean.js'
import type { EpochScores } from './evaluation.js'
import type { EpochEnd, EvaluationScore, Score } from './events.js'

/**
 * The event of a recorded epoch for the listeners. @param rotation [layers]: cosine distances to the initial weights
 */
export function epochEnd(
  metrics: EpochMetrics,
  scores: EpochScores & { isBest: boolean },
  layers: readonly string[],
  rotation: Float64Array,
  { epochs, secondsLeft }: Pick<EpochEnd, 'epochs' | 'secondsLeft'>,
): EpochEnd {
  const { epoch, learningRate, seconds } = metrics
  return {
    epoch,
    epochs,
    learningRate,
    train: { loss: metrics.trainLoss, accuracy: metrics.trainAccuracy },
    ...scores,
    rotation: { ...knownMean(rotation), layers: Object.fromEntries(layers.map((name, i) => [name, rotation[i]!])) },
    seconds,
    secondsLeft,
  }
}

/** The line of an epoch in run.log. */
export function describeEpoch(end: EpochEnd): string {
  const { epoch, epochs, learningRate, train, validation, test, average, isBest, rotation, seconds } = end
  return [
    `epoch ${epoch}/${epochs}`,
    `rate ${significant(learningRate)}`,
    `train ${describeScore(train)}`,
    validation && `validation ${describeScore(validation)}${isBest ? ' (best)' : ''}`,
    test && `test ${describeScore(test)}`,
    average?.test ? `average's test ${describeScore(average.test)}` : null,
    `mean rotation ${cosineDistance(rotation.mean)}${describeKnown(rotation)}`,
    duration(seconds),
  ]
    .filter((part) => part !== null)
    .join(', ')
}

/** The line of the scores before the first step in run.log. */
export function describeInitial({ validation, test }: EpochScores): string {
  const scores = [validation && `validation ${describeScore(validation)}`, test && `test ${describeScore(test)}`]
  return `before the first step ${scores.filter((part) => part !== null).join(', ')}`
}

/** The number of layers with a rotation, where not all have one. */
function describeKnown({ known, layers }: EpochEnd['rotation']): string {
  const all = Object.keys(layers).length
  return known === all ? '' : ` of ${known} of ${all} layers`
}

function describeScore({ loss, accuracy, top5Accuracy }: Score & Partial<EvaluationScore>): string {
  const top5 = typeof top5Accuracy === 'number' ? ` top-5 ${percent(top5Accuracy)}` : ''
  return `loss ${significant(loss)} accuracy ${percent(accuracy)}${top5}`
}
