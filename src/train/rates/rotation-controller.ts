import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'

/** Below this cosine to its beginning a layer counts as turned away as far as it can be. */
const smallestCosine = 0.01

/** Steps that are worth as much as any lately are not to lead further beyond the target than this cosine distance. */
const margin = 0.01
/** How much of the largest worth is still expected after each stretch. */
const memory = 0.97

/**
 * How much of what the last stretch showed goes into the next one, more of the first ones. Steps that were worth more than
 * thought overshoot, and a layer cannot go back, so that is learnt faster than the opposite.
 */
const smoothing = { up: 0.6, down: 0.2 }
/** What steps may be worth beside those of a random walk: aligned ones more, those that go back less. */
const worth = { least: 0.1, most: 50 }

/** What a controller has learnt; its members are said there. */
export const controllerStateSchema = strictObject({
  worth: z.number(),
  largestWorth: z.number(),
  learnt: z.int().min(0),
  last: strictObject({ cosine: z.number(), expected: z.number() }).nullable(),
})

export type ControllerState = z.output<typeof controllerStateSchema>

/**
 * Chooses the learning rates of one layer under Layca so that its cosine distance follows a target.
 *
 * Steps of angle θ in random directions multiply the cosine c to the initial weights by cos θ each, so n of them add
 * n·θ²/2 to -ln c. Real steps are worth more, as long as they agree with each other, or less. How much so is measured over
 * each stretch of steps, and the next θ is chosen for the distance that is still to go.
 */
export class RotationController {
  private worth = 1
  /** The most that it was lately. */
  private largestWorth = 1
  /** Stretches that it was learnt from. */
  private learnt = 0
  private last: { cosine: number; expected: number } | undefined

  /** @param largestRate of a step, which turns the layer by atan of it */
  constructor(private readonly largestRate: number) {}

  /**
   * The rate of the next `steps` steps.
   *
   * @param rotation cosine distance now
   * @param target cosine distance after these steps
   */
  rate(rotation: number, target: number, steps: number): number {
    const cosine = Math.max(smallestCosine, 1 - rotation)
    this.learn(cosine)
    const missing = Math.log(cosine / Math.max(smallestCosine, 1 - target))
    const safe = missing + margin / cosine
    const gain = Math.min(missing / this.worth, safe / this.largestWorth)
    const angle = missing > 0 ? Math.sqrt((2 * gain) / steps) : 0
    const rate = Math.min(this.largestRate, Math.tan(Math.min(angle, Math.PI / 4)))
    this.last = { cosine, expected: (steps * Math.atan(rate) ** 2) / 2 }
    return rate
  }

  state(): ControllerState {
    const { worth, largestWorth, learnt, last = null } = this
    return { worth, largestWorth, learnt, last }
  }

  restore({ worth, largestWorth, learnt, last }: ControllerState): void {
    this.worth = worth
    this.largestWorth = largestWorth
    this.learnt = learnt
    this.last = last ?? undefined
  }

  private learn(cosine: number): void {
    if (!this.last || this.last.expected === 0) return
    const gained = Math.log(this.last.cosine / cosine) / this.last.expected
    const seen = Math.min(worth.most, Math.max(worth.least, gained))
    const share = Math.max(seen > this.worth ? smoothing.up : smoothing.down, 1 / ++this.learnt)
    this.worth = this.worth ** (1 - share) * seen ** share
    this.largestWorth = Math.max(seen, this.worth, this.largestWorth * memory)
  }
}
