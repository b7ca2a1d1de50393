import type { EpochRequest, EpochResult, Evaluation, NativeTrainer } from '../../src/native.js'

export interface FakeTrainer extends NativeTrainer {
  requests: EpochRequest[]
  /** [split, batchSize] of each call. */
  evaluations: [string, number][]
  /** Called before each evaluation; for a test to replace. */
  onEvaluate: (split: string) => void
}

/** After the epoch-th epoch, from 1. */
export type Scores = (split: 'train' | 'validation' | 'test', epoch: number) => Partial<Evaluation>

/** A trainer without the addon: two layers whose only weight is the number of epochs done, and scores as given. */
export function fakeTrainer(scores: Scores): FakeTrainer {
  const unused = () => Promise.reject(new Error('not expected'))
  const trainer: FakeTrainer = {
    requests: [],
    evaluations: [],
    onEvaluate: () => undefined,
    device: 'cpu',
    layerNames: ['dense0', 'dense1'],
    parameterCount: 2,
    trainEpoch(request) {
      trainer.requests.push(request)
      const steps = request.batchSizes.length
      const result: EpochResult = {
        status: 'finished',
        steps,
        losses: new Float64Array(steps),
        loss: 0.5,
        accuracy: 0.9,
        records: {} as EpochResult['records'],
      }
      return Promise.resolve(result)
    },
    evaluate(split, batchSize) {
      trainer.onEvaluate(split)
      trainer.evaluations.push([split, batchSize])
      const defaults = { loss: 0.6, accuracy: 0.8, top5Accuracy: 0.95 }
      return Promise.resolve({ ...defaults, ...scores(split, trainer.requests.length) })
    },
    weights: () =>
      Promise.resolve(
        trainer.layerNames.map((name) => ({
          name: `${name}.weight`,
          shape: [1],
          data: Float32Array.of(trainer.requests.length),
        })),
      ),
    rotation: () => Promise.resolve(Float64Array.of(0.1, 0.2)),
    setReference: unused,
    probe: unused,
    timeInput: unused,
    setWeights: unused,
    stop: () => undefined,
    dispose: () => undefined,
  }
  return trainer
}
