import { setTimeout as sleep } from 'node:timers/promises'
import type { LoggerConfig } from '../experiment/logger-config.js'
import { openRun } from '../run/open-run.js'
import { sharedDrawing } from './figures.js'
import { Follower, type Patience } from './follower.js'
import { loggerOf } from './loggers.js'

/** The limits of loggers in a training. */
const usual: Patience = { atEnd: 10_000, pause: 1000, longest: 60_000 }

/**
 * Sends a run to its loggers while it trains. Nothing here waits for a logger, but for the time that a run's end grants, or
 * throws what one throws: a run does not depend on them. The run's own records keep what is not sent.
 */
export class Followers {
  private readonly all: readonly Follower[]
  private readonly stop = new AbortController()
  private readonly draw = sharedDrawing()

  constructor(
    private readonly folder: string,
    loggers: readonly LoggerConfig[],
    private readonly patience: Patience = usual,
  ) {
    this.all = loggers.map((config) => new Follower(folder, loggerOf(config), patience, this.stop.signal, this.draw))
  }

  /** Tells the loggers that there is more to send. */
  wake(): void {
    for (const follower of this.all) follower.wake()
  }

  /** Sends the rest as far as the patience reaches. Never rejects. */
  async end(): Promise<void> {
    if (this.all.length === 0) return
    await this.drawFigures()
    const timer = new AbortController()
    const ends = Promise.all(this.all.map((follower) => follower.end())).then(() => timer.abort())
    await Promise.race([ends, sleep(this.patience.atEnd, undefined, { signal: timer.signal }).catch(() => undefined)])
    this.stop.abort()
  }

  /** Draws the figures of a run that is finished, which takes this process's time and none of the patience. Never rejects. */
  private async drawFigures(): Promise<void> {
    const run = await openRun(this.folder).catch(() => undefined)
    // Whoever needs the figures then meets the error.
    if (run?.status.status === 'finished') await this.draw(run).catch(() => undefined)
  }

  /** Returns a sentence on each logger that has failed, once. */
  warnings(): string[] {
    return this.all.flatMap((follower) => follower.warning() ?? [])
  }
}
