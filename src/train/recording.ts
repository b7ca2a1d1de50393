import { LayerRotationError } from '../errors.js'
import { l2Penalty } from '../regularization/l2-penalty.js'
import type { LayerTable } from '../rotation/layer-table.js'
import { isBetter, type EpochMetrics } from '../run/metrics.js'
import { openRun } from '../run/open-run.js'
import { describePosition, type RunPosition } from '../run/position.js'
import type { RunFolder } from '../run/run-folder.js'
import type { EpochPart } from '../run/training-checkpoint.js'
import type { LoggedEpoch } from '../stopping/stopping-reason.js'
import { computationText, lossText } from '../text/settings.js'
import { firstStep, type TrainingBeginning } from './beginning.js'
import { customColumns } from './custom-columns.js'
import { describeEpoch, describeInitial, epochEnd } from './epoch-end.js'
import { CurrentModel } from './epoch-model.js'
import { averageScoreColumns, notEvaluated, scoreColumns, type EpochScores } from './evaluation.js'
import type { EpochEnd, TrainingListeners } from './events.js'
import type { TrainingSetup } from './prepare.js'
import { missedTargets } from './rates/missed-targets.js'
import { rateAfter } from './rates/rate-source.js'
import type { RecordedSteps } from './recorded-steps.js'
import { TimeLeft } from './time-left.js'

/**
 * The records of a training in its run folder: rows of the tables, best weights, log and status. Listeners hear of an
 * epoch after it has been recorded. Methods reject with WRITE_FAILED, READ_FAILED or RUN_LOCKED.
 */
export class Recording {
  /** The whole epochs as the stopping rules see them. */
  readonly logged: LoggedEpoch[]
  /** Epochs done; a fraction within an epoch. */
  epochsDone: number
  private best: EpochMetrics | undefined
  private startedAt = 0
  private readonly secondsBefore: number
  private readonly warnings: string[] = []
  private readonly timeLeft: TimeLeft

  constructor(
    private readonly setup: TrainingSetup,
    private readonly folder: RunFolder,
    private readonly listeners: TrainingListeners,
    { position, seconds, logged, best }: TrainingBeginning,
  ) {
    this.logged = [...logged]
    this.epochsDone = position.epoch
    this.best = best
    this.secondsBefore = seconds
    this.timeLeft = new TimeLeft(setup)
  }

  /**
   * Writes the first lines of the log, tells the listeners and starts the clock.
   *
   * @param resumedAt the position from which the training continues; undefined for a new one
   */
  async begin(resumedAt: RunPosition | undefined): Promise<void> {
    const { folder } = this
    const { config, trainer, orders, evaluated, notes, fasterPrecision } = this.setup
    const { device, layerNames: layers, parameterCount } = trainer
    const { stepsPerEpoch } = orders
    const size = `${config.epochs} epochs of ${stepsPerEpoch} steps, ${parameterCount} parameters`
    await folder.log(`${config.name} on ${device} in ${computationText(config)}: ${size}, ${lossText(config)}`)
    for (const note of notes) await folder.log(note)
    if (resumedAt) await folder.log(`resumed after ${describePosition(resumedAt)}`)
    for (const warning of this.setup.warnings) await this.warn(warning)
    const position = resumedAt ?? firstStep.position
    await this.listeners.onStart?.({
      folder: folder.path,
      config: structuredClone(config),
      device,
      fasterPrecision,
      layers: [...layers],
      parameterCount,
      stepsPerEpoch,
      evaluatedExamples: evaluated.validation.count + evaluated.test.count,
      position: { ...position },
    })
    this.startedAt = performance.now() - this.secondsBefore * 1000
  }

  /** Seconds of training, without the time between an interruption and its resumption. */
  seconds(): number {
    return (performance.now() - this.startedAt) / 1000
  }

  /** Adds a warning to the log and to status.json. */
  async warn(message: string): Promise<void> {
    this.warnings.push(message)
    await this.folder.log(`warning: ${message}`)
    await this.folder.setStatus({ warnings: this.warnings })
  }

  /** Records the layers of an epoch as far as it came: the first and last step to layers.csv, every k-th to steps/. */
  async recordLayers(epoch: number, table: LayerTable, recorded: RecordedSteps): Promise<void> {
    const { orders } = this.setup
    const first = epoch * orders.stepsPerEpoch + 1
    const places = new Map(Array.from(table.steps, (step, place) => [step - first, place]))
    const reached = (steps: readonly number[]) => {
      const chosen = steps.flatMap((step) => places.get(step) ?? [])
      return chosen.length > 0 ? table.select(chosen) : undefined
    }
    const ends = reached(recorded.ends)
    if (ends) await this.folder.recordLayers(ends, orders.stepsPerEpoch)
    const every = reached(recorded.every)
    if (every) await this.folder.recordSteps(epoch, every)
  }

  /** Takes the time of an evaluation, for the estimate of the time that is left. */
  evaluated(seconds: number): void {
    this.timeLeft.evaluated(seconds)
  }

  /** Records the scores before the first step. */
  async recordInitial(scores: EpochScores): Promise<void> {
    await this.folder.recordInitial({ epoch: 0, ...scoreColumns(scores), seconds: this.seconds() })
    await this.folder.log(describeInitial(scores))
  }

  /** A trained epoch as the stopping rules see it; its last step is measured. */
  loggedEpoch({ sums, table }: EpochPart, scores: EpochScores): LoggedEpoch {
    const { config, settings, trainer } = this.setup
    const norms = table.column('norm').slice(-trainer.layerNames.length)
    return {
      loss: sums.loss / sums.examples + l2Penalty(config, settings, norms),
      accuracy: sums.hits / sums.examples,
      valAccuracy: scores.validation?.accuracy ?? null,
    }
  }

  /**
   * Records an epoch as far as it came.
   *
   * @param scores undefined if it did not come to its end
   * @param examplesPerSecond images, or tokens, that were trained in a second; null if none were, but only evaluated
   * @param signal stops an evaluation that onEpochEnd asks for
   */
  async recordEpoch(
    epoch: number,
    part: EpochPart,
    scores: EpochScores | undefined,
    examplesPerSecond: number | null,
    signal?: AbortSignal,
  ): Promise<void> {
    const { folder } = this
    const { config, trainer, orders, rates } = this.setup
    const { loss, hits, examples } = part.sums
    const [trainLoss, trainAccuracy] = [loss / examples, hits / examples]
    const rotation = await trainer.rotation()
    const metrics: EpochMetrics = {
      epoch: epoch + part.steps / orders.stepsPerEpoch,
      learningRate: rateAfter(rates, epoch, part.steps),
      trainLoss,
      trainAccuracy,
      ...scoreColumns(scores ?? notEvaluated),
      seconds: this.seconds(),
      examplesPerSecond,
      peakMemory: process.resourceUsage().maxRSS * 1024,
      ...(config.averaging && averageScoreColumns(scores ?? notEvaluated)),
      custom: {},
    }
    this.epochsDone = metrics.epoch
    await folder.recordEpoch(metrics, rotation)
    await folder.setStatus({ epoch: metrics.epoch })
    if (!scores) return
    this.logged.push(this.loggedEpoch(part, scores))
    const isBest = isBetter(metrics, this.best)
    if (isBest) await this.saveBest(metrics)
    const { epochs } = config
    const secondsLeft = this.timeLeft.after(metrics.epoch, metrics.seconds)
    const end = epochEnd(metrics, { ...scores, isBest }, trainer.layerNames, rotation, { epochs, secondsLeft })
    await folder.log(describeEpoch(end))
    const change = rates.afterEpoch?.(metrics)
    if (change !== undefined && metrics.epoch < epochs) await folder.log(change)
    await this.tell(metrics, end, signal)
  }

  /** Tells onEpochEnd of an epoch, and records the columns that it returns. */
  private async tell(metrics: EpochMetrics, end: EpochEnd, signal?: AbortSignal): Promise<void> {
    const { onEpochEnd } = this.listeners
    if (!onEpochEnd) return
    const model = new CurrentModel(this.setup, metrics.epoch, signal)
    try {
      const custom = customColumns(await onEpochEnd(end, model))
      if (custom) await this.folder.addCustom({ ...metrics, custom })
    } finally {
      model.end()
    }
  }

  /** Called after the row in metrics.csv is written: a disk that is full for the weights has space for a line. */
  private async saveBest(metrics: EpochMetrics): Promise<void> {
    this.best = metrics
    const { trainer, preprocessing } = this.setup
    await this.folder.saveWeights('best', await trainer.weights(), preprocessing)
    await this.folder.setStatus({ bestEpoch: metrics.epoch })
  }

  /** Records the end of the training. @param reason stopping rule that ended it before its last epoch */
  async finish(epoch: number, reason: string | undefined): Promise<void> {
    const { folder } = this
    const { epochs, learningRate } = this.setup.config
    const speed = this.setup.group?.describeSpeed()
    if (speed !== undefined) await folder.log(speed)
    await folder.log(reason === undefined ? 'finished' : `finished after ${epoch} of ${epochs} epochs: ${reason}`)
    if (learningRate.type === 'rotateTo') {
      const { rotation } = await openRun(folder.path)
      for (const missed of missedTargets(learningRate, rotation)) await this.warn(missed)
    }
    const endedAt = new Date().toISOString()
    await folder.setStatus({ status: 'finished', ...(reason !== undefined && { reason }), endedAt })
  }

  /** Records an error as far as the folder can be written. Never rejects: the error itself matters more. */
  async fail(error: unknown): Promise<void> {
    const { folder } = this
    // A process that has taken the run over writes its status from now on.
    if (!(await folder.isOwn())) return
    const reason = error instanceof Error ? error.message : String(error)
    const interrupted = error instanceof LayerRotationError && error.code === 'INTERRUPTED'
    const status = interrupted ? 'interrupted' : 'failed'
    await folder.settle().catch(() => undefined)
    await folder.log(`${status}: ${reason}`).catch(() => undefined)
    await folder.setStatus({ status, reason, endedAt: new Date().toISOString() }).catch(() => undefined)
  }
}
