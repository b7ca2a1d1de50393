import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { computationText, lossText } from '../text/settings.js'
import { layerSettings } from '../groups/layer-settings.js'
import type { NativeTrainer, ParameterSettings } from '../native/contract.js'
import { isBetter, type EpochMetrics } from '../run/metrics.js'
import { openRun } from '../run/open-run.js'
import { describePosition, type RunPosition } from '../run/position.js'
import type { RunFolder } from '../run/run-folder.js'
import type { EpochPart, TrainingSnapshot } from '../run/training-checkpoint.js'
import { l2Penalty } from '../regularization/l2-penalty.js'
import { stoppingReason, type LoggedEpoch } from '../stopping/stopping-reason.js'
import type { LayerTable } from '../rotation/layer-table.js'
import { missedTargets } from './rates/missed-targets.js'
import { lastEpoch } from '../rotation/record-config.js'
import { CheckpointSchedule } from './checkpoint-schedule.js'
import { describeEpoch, epochEnd, type EpochScores } from './epoch-end.js'
import type { EpochOrders } from './epoch-order.js'
import type { EvaluationScore, TrainingListeners } from './events.js'
import { runEpoch, type Divergence, type EpochMeans } from './epoch-runner.js'
import { describeNotFinite, diverged, interrupted, withCheckpoint } from './failures.js'
import type { TrainingSetup } from './prepare.js'
import type { RateSource } from './rates/rate-source.js'
import { recordedSteps, type RecordedSteps } from './recorded-steps.js'

/** Where a training goes on. */
export interface TrainingBeginning extends Pick<TrainingSnapshot, 'position' | 'seconds' | 'part' | 'logged'> {
  /** The best epoch so far. */
  best: EpochMetrics | undefined
}

const atFirst: TrainingBeginning = {
  position: { epoch: 0, step: 0 },
  seconds: 0,
  part: undefined,
  logged: [],
  best: undefined,
}

/** One training from its first step to its end, recorded in its folder. */
export class Training {
  private readonly config: ExperimentConfig
  private readonly trainer: NativeTrainer
  private readonly orders: EpochOrders
  private readonly rates: RateSource
  private readonly classes: number
  private readonly settings: ParameterSettings[]
  private epochsDone: number
  private best: EpochMetrics | undefined
  /** The whole epochs. */
  private readonly logged: LoggedEpoch[]
  /** [layers]: of the weights after the last step that was recorded. */
  private norms = new Float64Array()
  private startedAt = 0
  private stopped = false
  private readonly warnings: string[] = []
  private checkpoints: CheckpointSchedule
  /** Of the newest checkpoint. */
  private saved: RunPosition | undefined

  /** @param from where it goes on, with the trainer and the source of the rates as they were there; by default at first */
  constructor(
    { config, trainer, orders, rates, classes }: TrainingSetup,
    private readonly folder: RunFolder,
    private readonly listeners: TrainingListeners,
    private readonly from?: TrainingBeginning,
  ) {
    this.config = config
    this.trainer = trainer
    this.orders = orders
    this.rates = rates
    this.classes = classes
    this.settings = layerSettings(config, trainer.layerNames)
    const { position, logged, best } = from ?? atFirst
    this.epochsDone = position.epoch
    this.best = best
    this.logged = [...logged]
    this.saved = from?.position
    this.checkpoints = new CheckpointSchedule(config.checkpoint, 0)
  }

  /** @throws {LayerRotationError} INTERRUPTED, DIVERGED, WRITE_FAILED; status.json then says so where it can be written */
  async run(signal?: AbortSignal): Promise<void> {
    const stop = () => this.stop()
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop)
    try {
      await this.runEpochs()
    } catch (cause) {
      const error = this.explained(cause)
      await this.recordFailure(error)
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** With the newest checkpoint, from which the run can go on once the cause is gone. */
  private explained(error: unknown): unknown {
    const passes =
      error instanceof LayerRotationError &&
      ['WRITE_FAILED', 'DEVICE_FAILED', 'OUT_OF_MEMORY', 'NATIVE'].includes(error.code)
    return passes ? withCheckpoint(error, this.saved, this.folder.path) : error
  }

  private stop(): void {
    this.stopped = true
    this.trainer.stop()
  }

  private async runEpochs(): Promise<void> {
    const { epochs } = this.config
    await this.begin()
    const { position, part } = this.from ?? atFirst
    let { epoch } = position
    let reason = epoch > 0 && part === undefined ? this.reasonToStop() : undefined
    while (epoch < epochs && reason === undefined) {
      const begun = epoch === position.epoch ? part : undefined
      if (!(await this.runEpoch(epoch, begun))) break
      epoch++
      if (epoch === epochs) break
      reason = this.reasonToStop()
      if (reason === undefined && this.checkpoints.isDueAfterEpoch(epoch)) await this.save(epoch)
    }
    await this.folder.settle()
    await this.folder.saveWeights('last', await this.trainer.weights())
    if (epoch < epochs && reason === undefined) throw interrupted(this.epochsDone, epochs, this.folder.path)
    await this.folder.log(reason === undefined ? 'finished' : `finished after ${epoch} of ${epochs} epochs: ${reason}`)
    for (const missed of await this.missedTargets()) await this.warn(missed)
    const endedAt = new Date().toISOString()
    await this.folder.setStatus({ status: 'finished', ...(reason !== undefined && { reason }), endedAt })
  }

  private async warn(message: string): Promise<void> {
    this.warnings.push(message)
    await this.folder.log(`warning: ${message}`)
    await this.folder.setStatus({ warnings: this.warnings })
  }

  private async missedTargets(): Promise<string[]> {
    const { learningRate } = this.config
    if (learningRate.type !== 'rotateTo') return []
    return missedTargets(learningRate, (await openRun(this.folder.path)).rotation)
  }

  private reasonToStop(): string | undefined {
    const { stopping } = this.config
    return stopping === null ? undefined : stoppingReason(stopping, this.logged)
  }

  private async begin(): Promise<void> {
    const { config, trainer, folder } = this
    const { stepsPerEpoch } = this.orders
    const { device, layerNames: layers, parameterCount } = trainer
    const { position, seconds } = this.from ?? atFirst
    if (!this.from) await this.saveInitial()
    const size = `${config.epochs} epochs of ${stepsPerEpoch} steps, ${parameterCount} parameters`
    await folder.log(`${config.name} on ${device} in ${computationText(config)}: ${size}, ${lossText(config)}`)
    if (this.from) await folder.log(`goes on after ${describePosition(position)}`)
    this.listeners.onStart?.({ folder: folder.path, config, device, layers, parameterCount, stepsPerEpoch, position })
    this.startedAt = performance.now() - seconds * 1000
  }

  private async saveInitial(): Promise<void> {
    const begunAt = performance.now()
    await this.folder.saveWeights('initial', await this.trainer.weights())
    // Besides the weights a checkpoint holds the optimizer's state, which is as large, or twice that.
    this.checkpoints = new CheckpointSchedule(this.config.checkpoint, 3 * (performance.now() - begunAt))
  }

  /** Writes a checkpoint, unless the newest is of the same position. @param part of an epoch that has begun */
  private async save(epoch: number, part?: EpochPart): Promise<void> {
    const position = { epoch, step: part?.steps ?? 0 }
    if (this.saved?.epoch === position.epoch && this.saved.step === position.step) return
    const begunAt = performance.now()
    const { config, trainer, folder, rates, logged } = this
    const hasReference = part !== undefined && config.record.references.includes(lastEpoch)
    await folder.saveCheckpoint(
      {
        position,
        seconds: this.seconds(),
        weights: await trainer.weights(),
        training: await trainer.trainingState(),
        part,
        lastEpoch: hasReference ? await trainer.reference(lastEpoch) : undefined,
        rates: rates.state(),
        logged,
      },
      { config, layers: trainer.layerNames },
    )
    this.saved = position
    this.checkpoints.written(performance.now() - begunAt)
  }

  private seconds(): number {
    return (performance.now() - this.startedAt) / 1000
  }

  /**
   * @param begun what was trained of it before
   * @returns whether the epoch ran, and was evaluated, to its end; else there is a checkpoint
   */
  private async runEpoch(epoch: number, begun?: EpochPart): Promise<boolean> {
    const { config, trainer, orders, settings, listeners } = this
    if (this.stopped) {
      await this.save(epoch, begun)
      return false
    }
    const recorded = recordedSteps(epoch, orders.stepsPerEpoch, config.record.steps)
    if (!begun && config.record.references.includes(lastEpoch)) await trainer.setReference(lastEpoch)
    const means: EpochMeans = {
      config,
      trainer,
      orders,
      rates: this.rates,
      settings,
      listeners,
      stopped: () => this.stopped,
      warn: (message) => this.warn(message),
      untilPause: () => this.checkpoints.untilDue(),
      pause: (part) => this.save(epoch, part),
    }
    const { status, part, divergence } = await runEpoch(means, epoch, recorded.all, begun)
    const failure = divergence && this.divergence(epoch, divergence)
    const scores = status === 'finished' && !failure ? await this.evaluateEpoch() : undefined
    // Before what the epoch came to is recorded: it will be recorded as a whole.
    if (!scores && !failure) await this.save(epoch, part)
    await this.recordLayers(epoch, part.table, recorded)
    if (failure) throw failure
    for (const split of ['validation', 'test'] as const) {
      const loss = scores?.[split]?.loss ?? 0
      if (Number.isFinite(loss)) continue
      const symptom = `the ${split} loss became ${loss} in epoch ${epoch + 1}`
      throw diverged(symptom, this.rateAfter(epoch, part.steps), this.folder.path)
    }
    if (part.steps > 0) await this.recordEpoch(epoch, part, scores)
    return scores !== undefined
  }

  private divergence(epoch: number, { step, loss, found }: Divergence): LayerRotationError {
    const where = `in epoch ${epoch + 1} at step ${step}`
    const what = describeNotFinite(found)
    const symptom = Number.isFinite(loss)
      ? `${what} ${where}, though the loss was`
      : `the loss became ${loss} ${where}, where ${what}`
    return diverged(symptom, this.rateAfter(epoch, step), this.folder.path)
  }

  /** Undefined where a stop came first. */
  private async evaluateEpoch(): Promise<EpochScores | undefined> {
    const validation = this.config.validation === null ? null : await this.evaluate('validation')
    const test = validation === undefined ? undefined : await this.evaluate('test')
    return test && validation !== undefined ? { validation, test } : undefined
  }

  private async evaluate(split: 'validation' | 'test'): Promise<EvaluationScore | undefined> {
    if (this.stopped) return undefined
    try {
      const { loss, accuracy, top5Accuracy } = await this.trainer.evaluate(
        split,
        evaluationBatchSize(this.config, this.trainer.device),
      )
      return { loss, accuracy, top5Accuracy: this.classes > 5 ? top5Accuracy : null }
    } catch (error) {
      if (this.stopped) return undefined
      throw error
    }
  }

  /** First and last step to layers.csv, every k-th to a part of steps/, as far as the epoch came. */
  private async recordLayers(epoch: number, table: LayerTable, recorded: RecordedSteps): Promise<void> {
    const { trainer, folder } = this
    const { stepsPerEpoch } = this.orders
    const firstStep = epoch * stepsPerEpoch + 1
    const places = new Map(Array.from(table.steps, (step, place) => [step - firstStep, place]))
    const reached = (steps: readonly number[]) => {
      const chosen = steps.flatMap((step) => places.get(step) ?? [])
      return chosen.length > 0 ? table.select(chosen) : undefined
    }
    const ends = reached(recorded.ends)
    if (ends) await folder.recordLayers(ends, stepsPerEpoch)
    const every = reached(recorded.every)
    if (every) await folder.recordSteps(epoch, every)
    this.norms = ends?.column('norm').slice(-trainer.layerNames.length) ?? this.norms
  }

  private async recordEpoch(epoch: number, part: EpochPart, scores: EpochScores | undefined): Promise<void> {
    const { config, trainer, folder } = this
    const { loss, hits, examples } = part.sums
    const [trainLoss, trainAccuracy] = [loss / examples, hits / examples]
    const rotation = await trainer.rotation()
    const metrics: EpochMetrics = {
      epoch: epoch + part.steps / this.orders.stepsPerEpoch,
      learningRate: this.rateAfter(epoch, part.steps),
      trainLoss,
      trainAccuracy,
      valLoss: scores?.validation?.loss ?? null,
      valAccuracy: scores?.validation?.accuracy ?? null,
      testLoss: scores?.test.loss ?? null,
      testAccuracy: scores?.test.accuracy ?? null,
      seconds: this.seconds(),
      valTop5Accuracy: scores?.validation?.top5Accuracy ?? null,
      testTop5Accuracy: scores?.test.top5Accuracy ?? null,
    }
    this.epochsDone = metrics.epoch
    await folder.recordEpoch(metrics, rotation)
    await folder.setStatus({ epoch: metrics.epoch })
    if (!scores) return
    this.logged.push({
      loss: trainLoss + l2Penalty(config, this.settings, this.norms),
      accuracy: trainAccuracy,
      valAccuracy: metrics.valAccuracy,
    })
    const isBest = isBetter(metrics, this.best)
    if (isBest) await this.saveBest(metrics)
    const end = epochEnd(metrics, { ...scores, isBest }, trainer.layerNames, rotation, config.epochs)
    await folder.log(describeEpoch(end))
    this.listeners.onEpochEnd?.(end)
  }

  /** After its row in metrics.csv: a disk that is full for the weights has space for a line. */
  private async saveBest(metrics: EpochMetrics): Promise<void> {
    this.best = metrics
    await this.folder.saveWeights('best', await this.trainer.weights())
    await this.folder.setStatus({ bestEpoch: metrics.epoch })
  }

  /** The one rate that stands for those of all layers, at the last of the first `step` steps of an epoch. */
  private rateAfter(epoch: number, step: number): number {
    return this.rates.nominalRate(epoch, Math.max(0, step - 1))
  }

  /** Does not fail itself: the error that it records matters more. */
  private async recordFailure(error: unknown): Promise<void> {
    // What the process says of the run that has taken it over counts.
    const isLost = error instanceof LayerRotationError && error.code === 'RUN_LOCKED'
    if (isLost || !(await this.folder.isOwn())) return
    const reason = error instanceof Error ? error.message : String(error)
    const interrupted = error instanceof LayerRotationError && error.code === 'INTERRUPTED'
    const status = interrupted ? 'interrupted' : 'failed'
    await this.folder.settle().catch(() => undefined)
    await this.folder.log(`${status}: ${reason}`).catch(() => undefined)
    await this.folder.setStatus({ status, reason, endedAt: new Date().toISOString() }).catch(() => undefined)
  }
}

/**
 * Images a step of evaluation; results depend on it by rounding only. At most as many as a training step takes, unless
 * those are few, so that evaluation needs no more memory than training. On a GPU, where small steps are mostly launches,
 * more: without a backward pass nothing is kept from layer to layer.
 */
function evaluationBatchSize({ batchSize }: ExperimentConfig, device: string): number {
  return Math.min(Math.max(batchSize, device === 'cpu' ? 128 : 512), 2048)
}
