import type { AveragingConfig } from '../experiment/averaging-config.js'
import type { AverageRequest, NativeTrainer } from '../native/contract.js'

/**
 * The steps after which the weights of an epoch are averaged, of the steps `begin` to `end - 1` of `stepsPerEpoch`, and the
 * weight of each in the average. They follow from the position alone, so that a resumed run averages as a whole one does.
 *
 * @param epoch 0-based
 */
export function averageRequest(
  averaging: AveragingConfig,
  epoch: number,
  stepsPerEpoch: number,
  [begin, end]: readonly [begin: number, end: number],
): AverageRequest {
  if (averaging.type === 'ema') {
    const steps = Int32Array.from({ length: end - begin }, (_, i) => i)
    const weights = Float64Array.from(steps, (step) => (epoch + begin + step === 0 ? 1 : 1 - averaging.decay))
    return { steps, weights }
  }
  const { from, every } = averaging
  const isAveraged = end === stepsPerEpoch && epoch >= from && (epoch - from) % every === 0
  if (!isAveraged) return { steps: new Int32Array(), weights: new Float64Array() }
  return { steps: Int32Array.of(end - begin - 1), weights: Float64Array.of(1 / ((epoch - from) / every + 1)) }
}

/** Tells whether there is an average after so many whole epochs. */
export function isAveraging(averaging: AveragingConfig | null, epochs: number): averaging is AveragingConfig {
  return averaging !== null && epochs > (averaging.type === 'swa' ? averaging.from : 0)
}

/** Does some work while the trainer's model has the averaged weights instead of its own. */
export async function withAverage<Result>(trainer: NativeTrainer, work: () => Promise<Result>): Promise<Result> {
  await trainer.swapAverage()
  try {
    return await work()
  } finally {
    await trainer.swapAverage()
  }
}
