import { styleText } from 'node:util'
import type { Run } from '../../run/open-run.js'
import type { TrainingStart } from '../../train/events.js'
import { cosineDistance, count, duration, percent } from '../format.js'
import { clickablePath } from '../terminal/path.js'

/** Layers that are named one by one; of more, only the mean is told. */
const namedLayers = 4

/** What is about to be trained, and where it is recorded. */
export function describeStart({
  config,
  device,
  layers,
  parameterCount,
  stepsPerEpoch,
  folder,
}: TrainingStart): string[] {
  const model = `${count(parameterCount, 'parameter')} in ${count(layers.length, 'layer')}`
  const work = `${count(config.epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}`
  return [
    `${styleText('bold', config.name)}  ${model}, ${work}, seed ${config.seed}, on ${device}`,
    `folder    ${clickablePath(folder)}`,
  ]
}

/** What came of a run. */
export function describeFinish(run: Run): string[] {
  const last = run.metrics.at(-1)
  if (last === undefined) return []
  const accuracies = [
    last.testAccuracy !== null && `${percent(last.testAccuracy)} of the test images`,
    `${percent(last.trainAccuracy)} of the training images right`,
  ].filter((part) => part !== false)
  return [
    `${styleText('green', 'finished')}  in ${duration(last.seconds)}: ${accuracies.join(', ')}`,
    `rotation  ${describeRotation(run)}`,
  ]
}

function describeRotation({ rotation }: Run): string {
  if (rotation.layers.length > namedLayers) {
    return `${cosineDistance(rotation.mean().at(-1) ?? NaN)} in the mean of ${rotation.layers.length} layers`
  }
  return rotation.layers.map((name) => `${name} ${cosineDistance(rotation.layer(name).at(-1) ?? NaN)}`).join(', ')
}
