import { lastEpoch } from '../rotation/record-config.js'
import type { RunPosition } from '../run/position.js'
import type { RunFolder } from '../run/run-folder.js'
import type { EpochPart } from '../run/training-checkpoint.js'
import type { TrainingBeginning } from './beginning.js'
import { CheckpointSchedule } from './checkpoint-schedule.js'
import type { TrainingSetup } from './prepare.js'
import type { Recording } from './recording.js'

/** The checkpoints of a training: their schedule, their contents and the position of the newest one. */
export class Checkpoints {
  readonly schedule: CheckpointSchedule
  /** Position of the newest checkpoint; undefined before the first. */
  position: RunPosition | undefined

  /** @param from the checkpoint from which the training continues; undefined for a new one */
  constructor(
    private readonly setup: TrainingSetup,
    private readonly folder: RunFolder,
    private readonly recording: Recording,
    private readonly from?: Pick<TrainingBeginning, 'position' | 'averagedFrom'>,
  ) {
    this.schedule = new CheckpointSchedule(setup.config.checkpoint, 0)
    this.position = from?.position
  }

  /** Writes the initial weights. @throws {LayerRotationError} WRITE_FAILED */
  async saveInitialWeights(): Promise<void> {
    const begunAt = performance.now()
    const { trainer, preprocessing } = this.setup
    await this.folder.saveWeights('initial', await trainer.weights(), preprocessing)
    // Besides the weights a checkpoint holds the optimizer's state, which is as large or twice as large.
    this.schedule.restart(3 * (performance.now() - begunAt))
  }

  /**
   * Writes a checkpoint, unless the newest one has the same position.
   *
   * @param epoch whole epochs done
   * @param part trained part of the next epoch
   * @throws {LayerRotationError} WRITE_FAILED, READ_FAILED, RUN_LOCKED
   */
  async save(epoch: number, part?: EpochPart): Promise<void> {
    const position = { epoch, step: part?.steps ?? 0 }
    if (this.position?.epoch === position.epoch && this.position.step === position.step) return
    const begunAt = performance.now()
    const { config, trainer, rates } = this.setup
    const hasReference = part !== undefined && config.record.references.includes(lastEpoch)
    await this.folder.saveCheckpoint(
      {
        position,
        seconds: this.recording.seconds(),
        weights: await trainer.weights(),
        training: await trainer.trainingState(),
        part,
        lastEpoch: hasReference ? await trainer.reference(lastEpoch) : undefined,
        rates: rates.state(),
        logged: this.recording.logged,
        averagedFrom: config.averaging === null ? undefined : this.from?.averagedFrom,
      },
      { config, layers: trainer.layerNames },
    )
    this.position = position
    this.schedule.restart(performance.now() - begunAt)
  }
}
