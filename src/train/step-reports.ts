import type { EpochResult } from '../native/contract.js'
import type { StepEnd } from './events.js'
import type { TrainingSetup } from './prepare.js'

/** The place of a call of the addon in its epoch. */
export interface CallPlace {
  epoch: number
  /** Steps of the epoch before those of the request. */
  done: number
  /** [steps][layers]: learning rates of the request's steps, each layer's own factor included. */
  acting: Float64Array
}

/** Tells a listener of every step of one call of the addon, once and in order. */
export class StepReports {
  private told = 0

  constructor(
    private readonly setup: TrainingSetup,
    private readonly place: CallPlace,
    private readonly onStep: (step: StepEnd) => unknown,
  ) {}

  /** Tells of the next steps. @param losses [steps] */
  async next(losses: Float64Array): Promise<void> {
    await Promise.all(Array.from(losses, (loss) => this.onStep(this.event(this.told++, loss))))
  }

  /** Tells of the steps that are left. */
  rest({ losses, steps }: EpochResult): Promise<void> {
    return this.next(losses.subarray(this.told, steps))
  }

  /** @param step its place in the request */
  private event(step: number, loss: number): StepEnd {
    const { trainer, orders, rates } = this.setup
    const { epoch, done, acting } = this.place
    const layers = trainer.layerNames
    return {
      epoch,
      step: done + step + 1,
      steps: orders.stepsPerEpoch,
      loss,
      learningRate: rates.nominalRate(epoch, done + step),
      rates: Object.fromEntries(layers.map((layer, i) => [layer, acting[step * layers.length + i]!])),
    }
  }
}
