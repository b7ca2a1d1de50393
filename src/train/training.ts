import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/experiment.js'
import { computationText, lossText } from '../experiment/settings-text.js'
import { actingRates, layerSettings } from '../groups/layer-settings.js'
import type { EpochResult, NativeTrainer, ParameterSettings } from '../native.js'
import { isBetter, type EpochMetrics } from '../run/metrics.js'
import { openRun } from '../run/open-run.js'
import type { RunFolder } from '../run/run-folder.js'
import { l2Penalty } from '../stopping/l2-penalty.js'
import { stoppingReason, type LoggedEpoch } from '../stopping/stopping-reason.js'
import { missedTargets } from '../trajectory/missed-targets.js'
import { lastEpoch } from '../trajectory/record-config.js'
import { describeEpoch, epochEnd, type EpochScores } from './epoch-end.js'
import type { EpochOrders } from './epoch-order.js'
import type { EvaluationScore, TrainingListeners } from './events.js'
import { runEpoch } from './epoch-runner.js'
import { diverged, interrupted } from './failures.js'
import { measuredLayers } from './measured-layers.js'
import type { RateSource } from './rates/rate-source.js'
import { recordedSteps, type RecordedSteps } from './recorded-steps.js'

/** What is trained with what. */
export interface TrainingSetup {
  config: ExperimentConfig
  trainer: NativeTrainer
  orders: EpochOrders
  rates: RateSource
  classes: number
}

/** One training from its first step to its end, recorded in its folder. */
export class Training {
  private readonly config: ExperimentConfig
  private readonly trainer: NativeTrainer
  private readonly orders: EpochOrders
  private readonly rates: RateSource
  private readonly classes: number
  private readonly settings: ParameterSettings[]
  private epochsDone = 0
  private best: EpochMetrics | undefined
  /** The whole epochs. */
  private readonly logged: LoggedEpoch[] = []
  /** [layers]: of the weights after the last step that was recorded. */
  private norms = new Float64Array()
  private startedAt = 0
  private stopped = false

  constructor(
    { config, trainer, orders, rates, classes }: TrainingSetup,
    private readonly folder: RunFolder,
    private readonly listeners: TrainingListeners,
  ) {
    this.config = config
    this.trainer = trainer
    this.orders = orders
    this.rates = rates
    this.classes = classes
    this.settings = layerSettings(config, trainer.layerNames)
  }

  /** @throws {LayerRotationError} INTERRUPTED, DIVERGED, WRITE_FAILED; status.json then says so where it can be written */
  async run(signal?: AbortSignal): Promise<void> {
    const stop = () => this.stop()
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop)
    try {
      await this.runEpochs()
    } catch (error) {
      await this.recordFailure(error)
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  private stop(): void {
    this.stopped = true
    this.trainer.stop()
  }

  private async runEpochs(): Promise<void> {
    const { epochs } = this.config
    await this.begin()
    let epoch = 0
    let reason: string | undefined
    while (epoch < epochs && reason === undefined && (await this.runEpoch(epoch))) {
      epoch++
      if (epoch < epochs) reason = this.reasonToStop()
    }
    await this.folder.settle()
    await this.folder.saveWeights('last', await this.trainer.weights())
    if (epoch < epochs && reason === undefined) throw interrupted(this.epochsDone, epochs, this.folder.path)
    await this.folder.log(reason === undefined ? 'finished' : `finished after ${epoch} of ${epochs} epochs: ${reason}`)
    const warnings = await this.warnings()
    for (const warning of warnings) await this.folder.log(`warning: ${warning}`)
    const endedAt = new Date().toISOString()
    const found = { ...(reason !== undefined && { reason }), ...(warnings.length > 0 && { warnings }) }
    await this.folder.setStatus({ status: 'finished', ...found, endedAt })
  }

  private async warnings(): Promise<string[]> {
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
    await folder.saveWeights('initial', await trainer.weights())
    const size = `${config.epochs} epochs of ${stepsPerEpoch} steps, ${parameterCount} parameters`
    await folder.log(`${config.name} on ${device} in ${computationText(config)}: ${size}, ${lossText(config)}`)
    this.listeners.onStart?.({ folder: folder.path, config, device, layers, parameterCount, stepsPerEpoch })
    this.startedAt = performance.now()
  }

  /** @returns whether the epoch ran, and was evaluated, to its end */
  private async runEpoch(epoch: number): Promise<boolean> {
    if (this.stopped) return false
    const { config, trainer, orders, listeners } = this
    const recorded = recordedSteps(epoch, orders.stepsPerEpoch, config.record.steps)
    if (config.record.references.includes(lastEpoch)) await trainer.setReference(lastEpoch)
    const means = { config, trainer, orders, rates: this.rates, listeners, stopped: () => this.stopped }
    const { result, rates } = await runEpoch(means, epoch, recorded.all)
    await this.recordLayers(epoch, result, rates, recorded)
    if (result.status === 'diverged') {
      const step = result.losses.findIndex((loss) => !Number.isFinite(loss)) + 1
      const symptom = `the loss became ${result.losses[step - 1]!} in epoch ${epoch + 1} at step ${step}`
      throw diverged(symptom, this.rateAfter(epoch, step), this.folder.path)
    }
    const scores = await this.evaluateEpoch()
    for (const split of ['validation', 'test'] as const) {
      const loss = scores?.[split]?.loss ?? 0
      if (Number.isFinite(loss)) continue
      const symptom = `the ${split} loss became ${loss} in epoch ${epoch + 1}`
      throw diverged(symptom, this.rateAfter(epoch, result.steps), this.folder.path)
    }
    if (result.steps > 0) await this.recordEpoch(epoch, result, scores)
    return scores !== undefined
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
      const { loss, accuracy, top5Accuracy } = await this.trainer.evaluate(split, evaluationBatchSize(this.config))
      return { loss, accuracy, top5Accuracy: this.classes > 5 ? top5Accuracy : null }
    } catch (error) {
      if (this.stopped) return undefined
      throw error
    }
  }

  /** First and last step to layers.csv, every k-th to a part of steps/, as far as the epoch came. */
  private async recordLayers(
    epoch: number,
    { records }: EpochResult,
    rates: Float64Array,
    recorded: RecordedSteps,
  ): Promise<void> {
    const { trainer, folder } = this
    const { stepsPerEpoch } = this.orders
    const layers = trainer.layerNames
    const stepsBefore = epoch * stepsPerEpoch
    const table = measuredLayers(records, { layers, stepsBefore, rates: actingRates(rates, this.settings) })
    const places = new Map(Array.from(records.steps, (step, place) => [step, place]))
    const reached = (steps: readonly number[]) => {
      const chosen = steps.flatMap((step) => places.get(step) ?? [])
      return chosen.length > 0 ? table.select(chosen) : undefined
    }
    const ends = reached(recorded.ends)
    if (ends) await folder.recordLayers(ends, stepsPerEpoch)
    const every = reached(recorded.every)
    if (every) await folder.recordSteps(epoch, every)
    this.norms = ends?.column('norm').slice(-layers.length) ?? this.norms
  }

  private async recordEpoch(epoch: number, result: EpochResult, scores: EpochScores | undefined): Promise<void> {
    const { config, trainer, folder } = this
    const rotation = await trainer.rotation()
    const metrics: EpochMetrics = {
      epoch: epoch + result.steps / this.orders.stepsPerEpoch,
      learningRate: this.rateAfter(epoch, result.steps),
      trainLoss: result.loss,
      trainAccuracy: result.accuracy,
      valLoss: scores?.validation?.loss ?? null,
      valAccuracy: scores?.validation?.accuracy ?? null,
      testLoss: scores?.test.loss ?? null,
      testAccuracy: scores?.test.accuracy ?? null,
      seconds: (performance.now() - this.startedAt) / 1000,
      valTop5Accuracy: scores?.validation?.top5Accuracy ?? null,
      testTop5Accuracy: scores?.test.top5Accuracy ?? null,
    }
    this.epochsDone = metrics.epoch
    await folder.recordEpoch(metrics, rotation)
    await folder.setStatus({ epoch: metrics.epoch })
    if (!scores) return
    this.logged.push({
      loss: result.loss + l2Penalty(config, this.settings, this.norms),
      accuracy: result.accuracy,
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
 * those are few, so that evaluation needs no more memory than training.
 */
const evaluationBatchSize = ({ batchSize }: ExperimentConfig): number => Math.min(Math.max(batchSize, 128), 2048)
