import { styleText } from 'node:util'
import type { ExperimentConfig } from '../../experiment/config.js'
import {
  augmentationText,
  averagingText,
  clippingText,
  evaluationText,
  groupsText,
  lossText,
  multipliersText,
  regularizationText,
  validationText,
} from '../../text/settings.js'
import type { EpochMetrics } from '../../run/metrics.js'
import { describePosition } from '../../run/position.js'
import type { TrainedRun } from '../../run/open-run.js'
import type { TrainingStart } from '../../train/events.js'
import { cosineDistance, count, duration, percent } from '../../numbers.js'
import { examplesText } from '../../text/data.js'
import { printable } from '../../printable.js'
import { clickablePath } from '../terminal/path.js'

/** The most layers whose rotation is listed; of more, only the mean is given. */
const namedLayers = 4

/** Describes a training that is about to start and the folder of its run. */
export function describeStart({
  config,
  device,
  fasterPrecision,
  layers,
  parameterCount,
  stepsPerEpoch,
  folder,
  position,
}: TrainingStart): string[] {
  const model = `${count(parameterCount, 'parameter')} in ${count(layers.length, 'layer')}`
  const faster = fasterPrecision === null ? '' : ` (${fasterPrecision} is faster on this CPU)`
  const work = `${count(config.epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}`
  return [
    `${styleText('bold', config.name)}  ${model}, ${work}, seed ${config.seed}, on ${device} in ${config.precision}${faster}`,
    ...describeSettings(config),
    ...(position.epoch + position.step > 0 ? [`resumed   after ${describePosition(position)}`] : []),
    `folder    ${clickablePath(folder)}`,
  ]
}

/** The settings that differ from the defaults, in one line. */
function describeSettings(config: ExperimentConfig): string[] {
  const validation = validationText(config)
  const multipliers = multipliersText(config)
  const groups = groupsText(config)
  const parts = [
    config.loss.type === 'crossEntropy' && config.loss.labelSmoothing === 0 ? undefined : lossText(config),
    regularizationText(config),
    clippingText(config),
    averagingText(config),
    groups && `groups (${groups})`,
    multipliers && `multipliers ${multipliers}`,
    augmentationText(config),
    validation && `${validation} validate`,
    evaluationText(config),
    config.batches === 'kerasSequence' ? 'batches as in Keras' : undefined,
    config.accumulation > 1 ? `batches in ${config.accumulation} parts` : undefined,
    config.memoryFormat === 'contiguous' ? 'contiguous memory' : undefined,
    config.cudnnBenchmark ? 'cudnn benchmark' : undefined,
    config.initialWeights === null ? undefined : `initial weights from ${config.initialWeights}`,
  ].filter((part) => part !== undefined)
  return parts.length > 0 ? [`with      ${printable(parts.join(', '))}`] : []
}

/** Describes the results of a finished run. */
export function describeFinish(run: TrainedRun): string[] {
  const last = run.metrics.at(-1)
  if (last === undefined) return []
  const examples = examplesText(run.config.data)
  const testing = run.config.evaluation.images === null ? 'test' : 'evaluated test'
  const accuracies = [
    last.testAccuracy !== null && `${percent(last.testAccuracy)} of the ${testing} ${examples}${describeTop5(last)}`,
    `${percent(last.trainAccuracy)} of the training ${examples} right`,
  ].filter((part) => part !== false)
  const { reason, warnings = [] } = run.status
  return [
    `${styleText('green', 'finished')}  in ${duration(last.seconds)}: ${accuracies.join(', ')}`,
    ...describeBest(run),
    ...describeAverage(last, `${testing} ${examples}`),
    `rotation  ${describeRotation(run)}`,
    ...(reason === undefined
      ? []
      : [`stopped   after ${last.epoch} of ${run.config.epochs} epochs: ${printable(reason)}`]),
    ...warnings.map((warning) => `${styleText('yellow', 'warning')}   ${printable(warning)}`),
  ]
}

const describeTop5 = ({ testTop5Accuracy }: EpochMetrics): string =>
  testTop5Accuracy === null ? '' : ` (top-5 ${percent(testTop5Accuracy)})`

function describeBest({ best, config }: TrainedRun): string[] {
  if (best === undefined) return []
  const examples = examplesText(config.data)
  const test = best.testAccuracy === null ? '' : `, ${percent(best.testAccuracy)} of the test ${examples}`
  return [`best      after epoch ${best.epoch}: ${percent(best.valAccuracy)} of the validation ${examples}${test}`]
}

function describeAverage({ averageTestAccuracy }: EpochMetrics, examples: string): string[] {
  if (typeof averageTestAccuracy !== 'number') return []
  return [`average   ${percent(averageTestAccuracy)} of the ${examples} right, by the averaged weights`]
}

function describeRotation({ rotation }: TrainedRun): string {
  if (rotation.layers.length > namedLayers) {
    const [known, all] = [rotation.known().at(-1), rotation.layers.length]
    const over = known === all ? `${all} layers` : `the ${known} of ${all} layers that have one`
    return `${cosineDistance(rotation.mean().at(-1))} on average over ${over}`
  }
  return rotation.layers.map((name) => `${printable(name)} ${cosineDistance(rotation.layer(name).at(-1))}`).join(', ')
}
