import type { Split, TokenSplit } from '../data/split.js'
import type { PixelStatistics } from '../data/pixel-statistics.js'
import { dataShape } from '../data/data.js'
import { parameterSettings } from '../groups/parameter-settings.js'
import { throwIfInterrupted } from '../interrupted.js'
import { requireMemory } from '../memory.js'
import { withPrograms } from '../model/exported/exported.js'
import type { NativeTrainer } from '../native/contract.js'
import { createTrainer } from '../native/load.js'
import { sgd } from '../optimizer/rules/rules.js'
import { evaluationBatchSize } from '../train/evaluation.js'
import type { ModelSource } from './model-source.js'

/** The examples on the device, as a TrainerSpec has them. */
export interface ModelData extends Partial<PixelStatistics> {
  train: Split | TokenSplit
  validation: Int32Array
  test: Split | TokenSplit
}

/**
 * Puts a model with its data on the device, calls `work` and frees them.
 *
 * @param outputs the numbers that the work returns, for which there must be memory
 * @param signal ends an evaluation with INTERRUPTED
 * @throws {LayerRotationError} those of createTrainer
 */
export async function withModel<Result>(
  { config, weights }: ModelSource,
  data: ModelData,
  { outputs, signal, batchSize }: { outputs: number; signal?: AbortSignal | undefined; batchSize?: number | undefined },
  work: (trainer: NativeTrainer, batchSize: number) => Promise<Result>,
): Promise<Result> {
  requireMemory(8 * outputs, 'data: the outputs of the network')
  const { device, threads, seed, model, precision, memoryFormat, cudnnBenchmark, loss } = config
  const trainer = await createTrainer({
    device,
    threads: threads ?? 0,
    seed,
    ...dataShape(config.data),
    layers: withPrograms(model.layers),
    // Nothing is trained: no rule has a state to keep.
    optimizer: sgd(),
    parameters: parameterSettings(config).map((settings) => ({ ...settings, trained: false, controlled: false })),
    precision,
    memoryFormat,
    cudnnBenchmark,
    loss,
    augmentation: { shift: 0, flip: false },
    weights,
    shadowWeights: false,
    data,
  })
  const stop = () => trainer.stop()
  signal?.addEventListener('abort', stop)
  try {
    throwIfInterrupted(signal, 'preparing the network')
    return await work(trainer, batchSize ?? evaluationBatchSize(config, trainer.device))
  } finally {
    signal?.removeEventListener('abort', stop)
    trainer.dispose()
  }
}
