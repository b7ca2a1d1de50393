import type { AveragingConfig } from '../experiment/averaging-config.js'
import type { AverageRequest, NamedTensor, NativeTrainer, TrainingState } from '../native/contract.js'
import type { RunPosition } from '../run/position.js'

/**
 * The steps after which the weights of an epoch are averaged, of the steps `begin` to `end - 1` of `stepsPerEpoch`, and the
 * weight of each in the average. They follow from the position alone, so that a resumed run averages as a whole one does.
 *
 * @param epoch 0-based
 * @param first the first epoch of `swa` whose end is averaged, 0-based: by default that after `from`; a later one if a
 *   resumed run did not average before
 */
export function averageRequest(
  averaging: AveragingConfig,
  epoch: number,
  stepsPerEpoch: number,
  [begin, end]: readonly [begin: number, end: number],
  first?: number,
): AverageRequest {
  if (averaging.type === 'ema') {
    const steps = Int32Array.from({ length: end - begin }, (_, i) => i)
    const weights = Float64Array.from(steps, (step) => (epoch + begin + step === 0 ? 1 : 1 - averaging.decay))
    return { steps, weights }
  }
  const { from, every } = averaging
  const isAveraged = end === stepsPerEpoch && epoch >= from && (epoch - from) % every === 0
  if (!isAveraged) return { steps: new Int32Array(), weights: new Float64Array() }
  return {
    steps: Int32Array.of(end - begin - 1),
    weights: Float64Array.of(1 / ((epoch - (first ?? from)) / every + 1)),
  }
}

/**
 * The number of whole epochs after which there is an average for the first time; Infinity for never.
 *
 * @param from position from which steps are averaged: later than the first step if a resumed run did not average before
 */
export function firstAverage(averaging: AveragingConfig | null, from: RunPosition, stepsPerEpoch: number): number {
  if (averaging === null) return Infinity
  // The first epoch, 0-based, whose last step is still to come.
  const begin = from.step < stepsPerEpoch ? from.epoch : from.epoch + 1
  if (averaging.type === 'ema') return begin + 1
  const { from: first, every } = averaging
  return first + Math.max(0, Math.ceil((begin - first) / every)) * every + 1
}

/** Tells whether the state of a training holds an average. @param weights the model's */
export const hasAverage = ({ tensors }: TrainingState, [first]: readonly NamedTensor[]): boolean =>
  tensors.some(({ name }) => name === `average.${first?.name}`)

/** Does some work while the trainer's model has the averaged weights instead of its own. */
export async function withAverage<Result>(trainer: NativeTrainer, work: () => Promise<Result>): Promise<Result> {
  await trainer.swapAverage()
  try {
    return await work()
  } finally {
    await trainer.swapAverage()
  }
}
