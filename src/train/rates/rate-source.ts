/** Where the learning rates of a training come from. */
export interface RateSource {
  /** Numbers of steps of the stretches of an epoch, one after the other, whose rates are asked for at once. */
  stretches(epoch: number): readonly number[]
  /**
   * The rates of a stretch, [steps][layers] row-major.
   *
   * @param epoch 0-based
   * @param first its first step, 0-based in the epoch
   * @param rotation measures the cosine distance of each layer, after the steps so far
   */
  rates(epoch: number, first: number, steps: number, rotation: () => Promise<Float64Array>): Promise<Float64Array>
  /** The one number that stands for the rates of all layers at a step of an epoch. */
  nominalRate(epoch: number, step: number): number
  /** What it has learnt so far, as JSON can hold it. */
  state(): unknown
  /** Goes on from what state() gave, which may come from a file. @throws {LayerRotationError} INVALID_FILE */
  restore(state: unknown): void
}
