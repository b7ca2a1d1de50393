import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/experiment.js'
import type { EpochProgress, EpochResult, NativeTrainer } from '../native.js'
import { permutation, streamKey, streams } from '../random.js'
import type { RunFolder } from '../run/run-folder.js'
import { rateTable } from '../schedule/rate-table.js'
import { describeEpoch, epochEnd } from './epoch-end.js'
import type { Score, TrainingListeners } from './events.js'
import { diverged, interrupted } from './failures.js'

/** Images a step of evaluation; results depend on it by rounding only. */
const evaluationBatchSize = 2048

/** One training from its first step to its end, recorded in its folder. */
export class Training {
  private readonly stepsPerEpoch: number
  private epochsDone = 0
  private startedAt = 0
  private stopped = false

  constructor(
    private readonly config: ExperimentConfig,
    private readonly trainer: NativeTrainer,
    private readonly trainingImages: number,
    private readonly folder: RunFolder,
    private readonly listeners: TrainingListeners,
  ) {
    this.stepsPerEpoch = Math.ceil(trainingImages / config.batchSize)
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
    const { config, trainer, folder, stepsPerEpoch } = this
    const { device, layerNames: layers, parameterCount } = trainer
    await folder.saveWeights('initial', await trainer.weights())
    const size = `${config.epochs} epochs of ${stepsPerEpoch} steps, ${parameterCount} parameters`
    await folder.log(`${config.name} on ${device}: ${size}`)
    this.listeners.onStart?.({ folder: folder.path, config, device, layers, parameterCount, stepsPerEpoch })
    this.startedAt = performance.now()
  }

  /** @returns whether the epoch ran, and was evaluated, to its end */
  private async runEpoch(epoch: number): Promise<boolean> {
    if (this.stopped) return false
    const rates = rateTable(this.config.learningRate, this.trainer.layerNames.length, epoch, this.stepsPerEpoch)
    const result = await this.trainEpoch(epoch, rates)
    await this.recordSteps(epoch, result, rates)
    if (result.status === 'diverged') {
      const step = result.losses.findIndex((loss) => !Number.isFinite(loss)) + 1
      const symptom = `the loss became ${result.losses[step - 1]!} in epoch ${epoch + 1} at step ${step}`
      throw diverged(symptom, this.rateAfter(step, rates), this.folder.path)
    }
    const test = await this.evaluate()
    if (test && !Number.isFinite(test.loss)) {
      const symptom = `the test loss became ${test.loss} in epoch ${epoch + 1}`
      throw diverged(symptom, this.rateAfter(result.steps, rates), this.folder.path)
    }
    if (result.steps > 0) await this.recordEpoch(epoch, result, rates, test)
    return test !== undefined
  }

  private async trainEpoch(epoch: number, rates: Float64Array): Promise<EpochResult> {
    const { config, trainer } = this
    const { onProgress } = this.listeners
    const order = permutation(this.trainingImages, config.seed, streams.order(epoch))
    const batchSizes = Int32Array.from({ length: this.stepsPerEpoch }, (_, step) =>
      Math.min(config.batchSize, order.length - step * config.batchSize),
    )
    const augmentationKey = streamKey(config.seed, streams.augmentation(epoch))
    const request = { order, batchSizes, augmentationKey, rates, recordSteps: config.record.steps }
    if (!onProgress) return trainer.trainEpoch(request)

    // The addon calls from outside of any promise: what a listener throws there would end the process.
    const failures: unknown[] = []
    const result = await trainer.trainEpoch(request, (progress: EpochProgress) => {
      try {
        onProgress({ epoch, learningRate: this.rateAfter(progress.step, rates), ...progress })
      } catch (error) {
        failures.push(error)
        trainer.stop()
      }
    })
    if (failures.length > 0) throw failures[0]
    return result
  }

  /** Undefined where a stop came first. */
  private async evaluate(): Promise<Score | undefined> {
    if (this.stopped) return undefined
    try {
      return await this.trainer.evaluate('test', evaluationBatchSize)
    } catch (error) {
      if (this.stopped) return undefined
      throw error
    }
  }

  private async recordSteps(epoch: number, result: EpochResult, rate: Float64Array): Promise<void> {
    if (!result.stepRecords || result.steps === 0) return
    const layers = this.trainer.layerNames
    const done = rate.subarray(0, result.steps * layers.length)
    await this.folder.recordSteps({
      epoch,
      firstStep: epoch * this.stepsPerEpoch,
      layers,
      ...result.stepRecords,
      rate: done,
    })
  }

  private async recordEpoch(epoch: number, result: EpochResult, rates: Float64Array, test?: Score): Promise<void> {
    const { config, trainer, folder } = this
    const rotation = await trainer.rotation()
    const metrics = {
      epoch: epoch + result.steps / this.stepsPerEpoch,
      learningRate: this.rateAfter(result.steps, rates),
      trainLoss: result.loss,
      trainAccuracy: result.accuracy,
      valLoss: null,
      valAccuracy: null,
      testLoss: test?.loss ?? null,
      testAccuracy: test?.accuracy ?? null,
      seconds: (performance.now() - this.startedAt) / 1000,
    }
    this.epochsDone = metrics.epoch
    await folder.recordEpoch(metrics, rotation)
    await folder.setStatus({ epoch: metrics.epoch })
    if (!test) return
    const end = epochEnd(metrics, test, trainer.layerNames, rotation, config.epochs)
    await folder.log(describeEpoch(end))
    this.listeners.onEpochEnd?.(end)
  }

  /** The learning rate of the last of the first `step` steps of an epoch; all layers have the same. */
  private rateAfter(step: number, rates: Float64Array): number {
    return rates[Math.max(0, step - 1) * this.trainer.layerNames.length]!
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
