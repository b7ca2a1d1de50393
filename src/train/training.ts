import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/experiment.js'
import { computationText, lossText } from '../experiment/settings-text.js'
import type { EpochProgress, EpochResult, NativeTrainer } from '../native.js'
import { streamKey, streams } from '../random.js'
import { isBetter, type EpochMetrics } from '../run/metrics.js'
import type { RunFolder } from '../run/run-folder.js'
import { rateTable } from '../schedule/rate-table.js'
import { schedule } from '../schedule/schedule.js'
import { describeEpoch, epochEnd, type EpochScores } from './epoch-end.js'
import type { EpochOrders } from './epoch-order.js'
import type { EvaluationScore, TrainingListeners } from './events.js'
import { diverged, interrupted } from './failures.js'

/** What is trained with what. */
export interface TrainingSetup {
  config: ExperimentConfig
  trainer: NativeTrainer
  orders: EpochOrders
  classes: number
}

/** One training from its first step to its end, recorded in its folder. */
export class Training {
  private readonly config: ExperimentConfig
  private readonly trainer: NativeTrainer
  private readonly orders: EpochOrders
  private readonly classes: number
  private epochsDone = 0
  private best: EpochMetrics | undefined
  private startedAt = 0
  private stopped = false

  constructor(
    { config, trainer, orders, classes }: TrainingSetup,
    private readonly folder: RunFolder,
    private readonly listeners: TrainingListeners,
  ) {
    this.config = config
    this.trainer = trainer
    this.orders = orders
    this.classes = classes
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
    while (epoch < epochs && (await this.runEpoch(epoch))) epoch++
    await this.folder.saveWeights('last', await this.trainer.weights())
    if (epoch < epochs) throw interrupted(this.epochsDone, epochs, this.folder.path)
    await this.folder.log('finished')
    await this.folder.setStatus({ status: 'finished', endedAt: new Date().toISOString() })
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
    const rates = rateTable(this.config, this.trainer.layerNames, epoch, this.orders.stepsPerEpoch)
    const result = await this.trainEpoch(epoch, rates)
    await this.recordSteps(epoch, result, rates)
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

  private async trainEpoch(epoch: number, rates: Float64Array): Promise<EpochResult> {
    const { config, trainer } = this
    const { onProgress } = this.listeners
    const request = {
      ...this.orders.epoch(epoch),
      rates,
      record: {
        steps: Int32Array.from(config.record.steps ? Array(this.orders.stepsPerEpoch).keys() : []),
        neurons: false,
        references: [],
      },
      augmentationKey: streamKey(config.seed, streams.augmentation(epoch)),
    }
    if (!onProgress) return trainer.trainEpoch(request)

    // The addon calls from outside of any promise: what a listener throws there would end the process.
    const failures: unknown[] = []
    const result = await trainer.trainEpoch(request, (progress: EpochProgress) => {
      try {
        onProgress({ epoch, learningRate: this.rateAfter(epoch, progress.step), ...progress })
      } catch (error) {
        failures.push(error)
        trainer.stop()
      }
    })
    if (failures.length > 0) throw failures[0]
    return result
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

  private async recordSteps(epoch: number, result: EpochResult, rate: Float64Array): Promise<void> {
    if (!this.config.record.steps || result.steps === 0) return
    const layers = this.trainer.layerNames
    const done = rate.subarray(0, result.steps * layers.length)
    await this.folder.recordSteps({
      epoch,
      firstStep: epoch * this.orders.stepsPerEpoch,
      layers,
      ...result.records,
      rate: done,
    })
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

  /** The schedule's rate at the last of the first `step` steps of an epoch, without what single layers have of their own. */
  private rateAfter(epoch: number, step: number): number {
    const { epochs, learningRate } = this.config
    const { stepsPerEpoch } = this.orders
    return schedule(learningRate, { epochs, stepsPerEpoch })(epoch + Math.max(0, step - 1) / stepsPerEpoch)
  }

  /** Does not fail itself: the error that it records matters more. */
  private async recordFailure(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error)
    const interrupted = error instanceof LayerRotationError && error.code === 'INTERRUPTED'
    const status = interrupted ? 'interrupted' : 'failed'
    await this.folder.log(`${status}: ${reason}`).catch(() => undefined)
    await this.folder.setStatus({ status, reason, endedAt: new Date().toISOString() }).catch(() => undefined)
  }
}

/**
 * Images a step of evaluation; results depend on it by rounding only. At most as many as a training step takes, unless
 * those are few, so that evaluation needs no more memory than training.
 */
const evaluationBatchSize = ({ batchSize }: ExperimentConfig): number => Math.min(Math.max(batchSize, 128), 2048)
