import { Followers } from '../loggers/followers.js'
import { lastEpoch } from '../rotation/record-config.js'
import type { RunFolder } from '../run/run-folder.js'
import type { EpochPart } from '../run/training-checkpoint.js'
import { stoppingReason, type LoggedEpoch } from '../stopping/stopping-reason.js'
import { averagingIn } from '../experiment/averaging-config.js'
import { firstAverage, withAverage } from './averaging.js'
import { firstStep, type TrainingBeginning } from './beginning.js'
import { Checkpoints } from './checkpoints.js'
import { trainEpoch, type EpochTask, type TrainedEpoch } from './epoch.js'
import { evaluateEpoch, notEvaluated, type EpochScores } from './evaluation.js'
import { isPlanned } from './evaluation-plan.js'
import type { TrainingListeners } from './events.js'
import { divergedAtStart, divergedInEvaluation, divergedInTraining, interrupted, withCheckpoint } from './failures.js'
import type { TrainingSetup } from './prepare.js'
import { rateAfter } from './rates/rate-source.js'
import { recordedSteps } from './recorded-steps.js'
import { Recording } from './recording.js'

/** One training from its first step to its end: the loop over epochs. */
export class Training {
  private readonly recording: Recording
  private readonly checkpoints: Checkpoints
  private readonly loggers: Followers
  /** The number of whole epochs after which there is an average for the first time. */
  private readonly firstAverage: number

  /**
   * @param from point from which the training continues, to which trainer and rates have been restored; omit for a new
   * one
   */
  constructor(
    private readonly setup: TrainingSetup,
    private readonly folder: RunFolder,
    private readonly listeners: TrainingListeners,
    private readonly from?: TrainingBeginning,
  ) {
    this.recording = new Recording(setup, folder, listeners, from ?? firstStep)
    this.checkpoints = new Checkpoints(setup, folder, this.recording, from)
    this.loggers = new Followers(folder.path, setup.config.loggers)
    const { averagedFrom } = from ?? firstStep
    this.firstAverage = firstAverage(averagingIn(setup.config), averagedFrom, setup.orders.stepsPerEpoch)
  }

  /**
   * Trains to the end.
   *
   * @param signal stops the training after its current step
   * @throws {LayerRotationError} INTERRUPTED, DIVERGED, WRITE_FAILED, READ_FAILED, RUN_LOCKED, OUT_OF_MEMORY,
   *   DEVICE_FAILED, NATIVE; status.json then has the reason if it can be written
   */
  async run(signal?: AbortSignal): Promise<void> {
    const stop = () => this.setup.trainer.stop()
    signal?.addEventListener('abort', stop)
    try {
      await this.runEpochs(signal)
    } catch (cause) {
      const error = await withCheckpoint(cause, this.checkpoints.position, this.folder.path)
      await this.recording.fail(error)
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
      await this.loggers.end()
      await this.warnOfLoggers()
    }
  }

  private async runEpochs(signal?: AbortSignal): Promise<void> {
    const { folder, checkpoints, recording } = this
    const { config, trainer } = this.setup
    const { position, part } = this.from ?? firstStep
    if (!this.from) await checkpoints.saveInitialWeights()
    await recording.begin(this.from?.position)
    this.loggers.wake()
    let { epoch } = position
    let reason = epoch > 0 && part === undefined ? this.reasonToStop() : undefined
    const begins = this.from !== undefined || (await this.recordInitial(signal))
    while (begins && epoch < config.epochs && reason === undefined) {
      const begun = epoch === position.epoch ? part : undefined
      if (!(await this.runEpoch(epoch, begun, signal))) break
      await this.warnOfLoggers()
      this.loggers.wake()
      epoch++
      if (epoch === config.epochs) break
      reason = this.reasonToStop()
      if (reason === undefined && checkpoints.schedule.isDueAfterEpoch(epoch)) await checkpoints.save(epoch)
    }
    await folder.settle()
    await folder.saveWeights('last', await trainer.weights(), this.setup.preprocessing)
    if (epoch >= this.firstAverage) {
      const average = await withAverage(trainer, () => trainer.weights())
      await folder.saveWeights('average', average, this.setup.preprocessing)
    }
    if (epoch < config.epochs && reason === undefined) {
      throw interrupted(recording.epochsDone, config.epochs, folder.path, signal?.reason)
    }
    await recording.finish(epoch, reason)
  }

  /** Records the loggers that have failed. That this fails, too, does not end a run: its own records then do. */
  private async warnOfLoggers(): Promise<void> {
    for (const warning of this.loggers.warnings()) await this.recording.warn(warning).catch(() => undefined)
  }

  private reasonToStop(epochs: readonly LoggedEpoch[] = this.recording.logged): string | undefined {
    const { stopping } = this.setup.config
    return stopping === null ? undefined : stoppingReason(stopping, epochs)
  }

  /** Records the scores before the first step, if the experiment wants them. @returns false if the signal came first */
  private async recordInitial(signal?: AbortSignal): Promise<boolean> {
    if (!this.setup.config.evaluation.initial) return true
    const scores = await this.evaluate(0, signal)
    if (scores === undefined) return false
    for (const split of ['validation', 'test'] as const) {
      const loss = scores[split]?.loss ?? 0
      if (!Number.isFinite(loss)) throw divergedAtStart(split, loss, this.folder.path)
    }
    await this.recording.recordInitial(scores)
    return true
  }

  /** Evaluates. @param epoch epochs done @returns undefined if the signal came before the end */
  private async evaluate(epoch: number, signal?: AbortSignal): Promise<EpochScores | undefined> {
    const begunAt = performance.now()
    const { onEvaluation } = this.listeners
    const scores = await evaluateEpoch(this.setup, epoch, {
      onEvaluation,
      signal,
      averages: epoch >= this.firstAverage,
    })
    if (scores) this.recording.evaluated((performance.now() - begunAt) / 1000)
    return scores
  }

  /** Evaluates after an epoch, if that is due or a stopping rule that needs no evaluation ends the run. */
  private async evaluateIfDue(done: number, part: EpochPart, signal?: AbortSignal): Promise<EpochScores | undefined> {
    const { recording } = this
    const isDue =
      isPlanned(this.setup.config, done) ||
      this.reasonToStop([...recording.logged, recording.loggedEpoch(part, notEvaluated)]) !== undefined
    return isDue ? this.evaluate(done, signal) : notEvaluated
  }

  /**
   * Trains, evaluates and records an epoch.
   *
   * @param begun the part that is trained already
   * @returns false if the signal came first; a checkpoint then has the part that was trained
   */
  private async runEpoch(epoch: number, begun: EpochPart | undefined, signal?: AbortSignal): Promise<boolean> {
    const { setup, folder, checkpoints, recording } = this
    const { config, trainer, orders, rates } = setup
    if (signal?.aborted) {
      await checkpoints.save(epoch, begun)
      return false
    }
    const recorded = recordedSteps(epoch, orders.stepsPerEpoch, config.record.steps)
    if (!begun && config.record.references.includes(lastEpoch)) await trainer.setReference(lastEpoch)
    const task = { epoch, recorded: recorded.all, firstAveraged: this.firstAverage - 1, begun }
    const { status, part, divergence, seconds } = await this.trainSteps(task, signal)
    const scores = status === 'finished' ? await this.evaluateIfDue(epoch + 1, part, signal) : undefined
    // The checkpoint precedes the records of this part: the resumed run records the whole epoch.
    if (!scores && !divergence) await checkpoints.save(epoch, part)
    await recording.recordLayers(epoch, part.table, recorded)
    const rate = () => rateAfter(rates, epoch, divergence?.step ?? part.steps)
    if (divergence) throw divergedInTraining(epoch, divergence, rate(), folder.path)
    for (const split of ['validation', 'test'] as const) {
      const loss = scores?.[split]?.loss ?? 0
      if (!Number.isFinite(loss)) throw divergedInEvaluation(epoch, split, loss, rate(), folder.path)
    }
    const examples = part.sums.examples - (begun?.sums.examples ?? 0)
    const speed = examples > 0 ? examples / seconds : null
    if (part.steps > 0) await recording.recordEpoch(epoch, part, scores, speed, signal)
    return scores !== undefined
  }

  /** Trains the steps of an epoch. @returns with the seconds that they took, without those of pauses */
  private async trainSteps(task: EpochTask, signal?: AbortSignal): Promise<TrainedEpoch & { seconds: number }> {
    const { schedule } = this.checkpoints
    const pauses = trainEpoch(this.setup, task, { schedule, listeners: this.listeners, signal })
    let seconds = 0
    for (;;) {
      const begin = performance.now()
      const { done, value } = await pauses.next()
      seconds += (performance.now() - begin) / 1000
      if (done) return { ...value, seconds }
      if (value.type === 'warning') await this.recording.warn(value.message)
      else await this.checkpoints.save(task.epoch, value.part)
    }
  }
}
