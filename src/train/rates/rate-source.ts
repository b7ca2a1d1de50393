import type { EpochMetrics } from '../../run/metrics.js'

/** A source of a training's learning rates. */
export interface RateSource {
  /** Steps of each stretch of an epoch, in order; the rates of a stretch are asked for at once. */
  stretches(epoch: number): readonly number[]
  /**
   * Returns the rates of a stretch: [steps][layers], row-major.
   *
   * @param epoch 0-based
   * @param first first step of the stretch, 0-based within the epoch
   * @param rotation measures the cosine distance of each layer after the steps so far
   */
  rates(epoch: number, first: number, steps: number, rotation: () => Promise<Float64Array>): Promise<Float64Array>
  /** The one number that stands for the rates of all layers at a step of an epoch, both 0-based. */
  nominalRate(epoch: number, step: number): number
  /**
   * Takes the measurements of a whole epoch, on which later rates may depend.
   *
   * @returns a sentence for run.log if they change
   */
  afterEpoch?(metrics: EpochMetrics): string | undefined
  /** The state of the source as a JSON value. */
  state(): unknown
  /** Restores a value of state(), which may come from a file. @throws {LayerRotationError} INVALID_FILE */
  restore(state: unknown): void
}

/** The nominal rate of the last of the first `steps` steps of an epoch. */
export function rateAfter(rates: RateSource, epoch: number, steps: number): number {
  return rates.nominalRate(epoch, Math.max(0, steps - 1))
}
