import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'

/** Cosine to the initial weights below which a layer counts as turned as far as possible. */
const smallestCosine = 0.01

/** Cosine distance by which steps of the largest recent worth may overshoot the target. */
const margin = 0.01
/** Factor by which the largest worth decays in each stretch. */
const memory = 0.97

/**
 * Weight of the last stretch in the estimate of a step's worth; the first stretches have more. An underestimated worth
 * makes the layer overshoot, and it cannot go back, so the estimate rises faster than it falls.
 */
const smoothing = { up: 0.6, down: 0.2 }
/** Limits of a step's worth relative to a random walk: aligned steps are worth more, steps that go back less. */
const worth = { least: 0.1, most: 50 }

/** The state of a controller, as RotationController explains it. */
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
 * n·θ²/2 to -ln c. Real steps are worth more if they agree with each other, or less. Their worth is measured over each
 * stretch of steps, and the next θ is chosen for the remaining distance.
 */
export class RotationController {
  /** Estimated worth of a step relative to a random walk. */
  private worth = 1
  /** Decaying maximum of the worth. */
  private largestWorth = 1
  /** Stretches that have been observed. */
  private learnt = 0
  private last: { cosine: number; expected: number } | undefined

  /** @param largestRate largest rate of a step; a step of rate r turns the layer by atan r */
  constructor(private readonly largestRate: number) {}

  /**
   * Returns the rate of the next `steps` steps.
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
