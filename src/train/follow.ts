import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { experiment } from '../experiment/experiment.js'
import type { NativeTrainer } from '../native/contract.js'
import type { Message } from '../processes/messages.js'
import { GroupEnded, type ProcessGroup } from '../processes/process-group.js'
import { prepare } from './prepare.js'

/**
 * Trains as another process than rank 0: does what rank 0 tells, until it ends the training. Nothing is written.
 *
 * @param signal stops the training of all processes after their current step; its reason is an exit code
 * @returns the exit code of rank 0
 * @throws {LayerRotationError} PROCESS_LOST, and the errors of prepare
 */
export async function follow(group: ProcessGroup, signal: AbortSignal): Promise<number> {
  const follower = new Follower(group, signal)
  try {
    const code = await follower.run()
    await group.farewell()
    return code
  } catch (error) {
    if (error instanceof GroupEnded) {
      await group.farewell()
      return error.code
    }
    await group.leaveError(error)
    throw error
  } finally {
    follower.end()
  }
}

class Follower {
  private trainer: NativeTrainer | undefined
  /** Fulfilled once rank 0 can read the exit code of the signal. */
  private told: Promise<void> | undefined

  constructor(
    private readonly group: ProcessGroup,
    private readonly signal: AbortSignal,
  ) {}

  /** Does what rank 0 tells. @returns the exit code of rank 0 */
  async run(): Promise<number> {
    const stop = () => {
      this.told = this.group.leaveStopCode(Number(this.signal.reason)).catch(() => undefined)
      void this.told.then(() => this.trainer?.stop())
    }
    if (this.signal.aborted) stop()
    else this.signal.addEventListener('abort', stop)
    for (;;) {
      const message = await this.group.hear()
      if (message.type === 'end') return message.code
      await this.do(message)
    }
  }

  end(): void {
    this.trainer?.dispose()
  }

  private async do(message: Exclude<Message, { type: 'end' }>): Promise<void> {
    if (message.type === 'prepare') {
      this.trainer = await this.prepare(experiment(message.config as ExperimentConfig))
      return
    }
    const trainer = this.trainer
    if (trainer === undefined) throw new LayerRotationError('NATIVE', `rank 0 told ${message.type} before 'prepare'`)
    if (message.type === 'trainEpoch') {
      await this.told
      const training = trainer.trainEpoch(message.request)
      if (this.signal.aborted) trainer.stop()
      const { lost } = await training
      if (lost !== undefined) throw new LayerRotationError('PROCESS_LOST', lost)
    } else if (message.type === 'evaluate') {
      await trainer.evaluate(message.split, message.batchSize, message.chosen)
    } else if (message.type === 'swapAverage') {
      await trainer.swapAverage()
    } else if (message.type === 'shareState') {
      await trainer.shareState()
    }
  }

  /** An error that comes before the processes meet is the answer to rank 0, which ends the training with it. */
  private async prepare(config: ExperimentConfig): Promise<NativeTrainer> {
    try {
      return (await prepare(config, {}, undefined, {}, this.group)).trainer
    } catch (error) {
      if (!(error instanceof LayerRotationError)) throw error
      await this.group.answer({ error: { code: error.code, message: error.message } })
      throw error
    }
  }
}
