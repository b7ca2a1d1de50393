import { setTimeout as sleep } from 'node:timers/promises'
import { LayerRotationError } from '../errors.js'
import { shellWord } from '../shell-word.js'
import type { Drawing } from './figures.js'
import type { Logger } from './logger.js'
import { sendRun } from './send-run.js'

/** Limits by which a logger stays out of the way of a training, in milliseconds. */
export interface Patience {
  /** The time at the end of a run in which the rest may be sent. */
  atEnd: number
  /** The pause after a failure; it doubles with each that follows. */
  pause: number
  /** The longest pause. */
  longest: number
}

/** A logger uses JavaScript's thread, which the training needs between epochs, for at most one part in so many of the time. */
const share = 50

/** The sending of a run to one logger while the run trains. Never throws. */
export class Follower {
  private working: Promise<unknown> | undefined
  /** The time of performance.now() before which nothing is sent. */
  private notBefore = 0
  private failures = 0
  private problem: string | undefined
  private isEnding = false
  private isWarned = false

  constructor(
    private readonly folder: string,
    private readonly logger: Logger,
    private readonly patience: Patience,
    private readonly signal: AbortSignal,
    private readonly draw: Drawing,
  ) {}

  /** Sends what there is, unless that is being done or a pause is not over. */
  wake(): void {
    if (this.working !== undefined || performance.now() < this.notBefore) return
    this.working = this.attempt().finally(() => (this.working = undefined))
  }

  /** Attempts until everything is sent, nothing helps or the signal comes. */
  async end(): Promise<void> {
    this.isEnding = true
    await this.working
    while (!this.signal.aborted && !(await this.attempt())) {
      await sleep(this.patience.pause, undefined, { signal: this.signal }).catch(() => undefined)
    }
  }

  /** Returns a sentence on the first failure that lasts; undefined if there is none, or after the first call that gives it. */
  warning(): string | undefined {
    const { problem, isEnding, isWarned, patience, logger } = this
    if (isWarned || (problem === undefined && !isEnding)) return undefined
    this.isWarned = true
    const why = problem ?? `it does not answer within ${patience.atEnd / 1000} s`
    const command = `layer-rotation log ${shellWord(this.folder)} ${logger.option}`
    return `${logger.title} lacks a part of the run: ${why}; the run goes on, and what is missing is sent later, or by: ${command}`
  }

  /** Sends what there is. Never rejects. @returns false if another attempt may help */
  private async attempt(): Promise<boolean> {
    const before = performance.eventLoopUtilization()
    try {
      await sendRun(this.folder, this.logger, this.signal, this.draw)
      if (this.signal.aborted) return false
      this.failures = 0
      this.problem = undefined
      // At the end, nothing is left to warn of.
      if (this.isEnding) this.isWarned = true
      const { active } = performance.eventLoopUtilization(before)
      this.notBefore = performance.now() + Math.min(share * active, this.patience.longest)
      return true
    } catch (error) {
      const { pause, longest } = this.patience
      this.notBefore = performance.now() + Math.min(pause * 2 ** this.failures++, longest)
      // Another process that sends the run is none, unless it does so to the end.
      const code = error instanceof LayerRotationError ? error.code : undefined
      if (code !== 'RUN_LOCKED' || this.isEnding) this.problem = error instanceof Error ? error.message : String(error)
      return code !== 'RUN_LOCKED' && code !== 'LOGGER_FAILED'
    }
  }
}
