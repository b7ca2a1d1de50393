import type { EpochRequest, NamedTensor, NativeTrainer, TrainingState } from '../native/contract.js'
import type { ProcessGroup } from './process-group.js'

/**
 * The trainer of rank 0, which tells the other processes to make the calls with it that need them: steps and evaluations, and
 * whatever changes what those start from. The calls of others, such as the records of layers, rank 0 makes alone.
 */
export function leadingTrainer(trainer: NativeTrainer, group: ProcessGroup): NativeTrainer {
  // Weights and states that were set are shared once, before the next call that needs them.
  let isShared = true
  let stops = 0
  const share = async () => {
    if (isShared) return
    await group.tell({ type: 'shareState' })
    await trainer.shareState()
    isShared = true
  }
  const setting =
    <Given>(set: (given: Given) => Promise<void>) =>
    async (given: Given) => {
      isShared = false
      await set(given)
    }
  return {
    ...trainer,
    setWeights: setting((tensors: NamedTensor[]) => trainer.setWeights(tensors)),
    setTrainingState: setting((state: TrainingState) => trainer.setTrainingState(state)),
    trainEpoch: async (request, onProgress) => {
      const stopsBefore = stops
      await share()
      const forget = await group.tell({ type: 'trainEpoch', request: withoutRecords(request) })
      const begunAt = performance.now()
      const training = trainer.trainEpoch(request, onProgress)
      if (stops !== stopsBefore) trainer.stop()
      const result = await training
      await group.trained(result, (performance.now() - begunAt) / 1000)
      if (result.lost === undefined) await forget()
      return result
    },
    evaluate: async (split, batchSize, chosen, onProgress) => {
      await share()
      await group.tell({ type: 'evaluate', split, batchSize, chosen })
      return trainer.evaluate(split, batchSize, chosen, onProgress)
    },
    swapAverage: async () => {
      await share()
      await group.tell({ type: 'swapAverage' })
      return trainer.swapAverage()
    },
    stop: () => {
      stops++
      trainer.stop()
    },
  }
}

/** The request for other processes: rank 0 alone records the layers, apart from what is measured within a step. */
const withoutRecords = (request: EpochRequest): EpochRequest => ({
  ...request,
  record: { steps: request.record.steps, neurons: false, spectral: false, references: [] },
})
