import { addonMeasures, neuronMeasures, spectralMeasures } from '../../src/rotation/measures.js'
import type { EpochRequest, EpochResult, Evaluation, NamedTensor, NativeTrainer } from '../../src/native/contract.js'

export interface FakeTrainer extends NativeTrainer {
  requests: EpochRequest[]
  /** [split, batchSize, chosen] of each call. */
  evaluations: [string, number, Int32Array?][]
  /** The name and the weights, if any, of each reference. */
  references: [string, NamedTensor[] | undefined][]
  /** Called before each evaluation; for a test to replace. */
  onEvaluate: (split: string) => void
}

/** The scores after the epoch-th epoch, from 1. */
export type Scores = (split: 'train' | 'validation' | 'test', epoch: number) => Partial<Evaluation>

/** The loss and the accuracy of training in the epoch-th epoch, from 1. */
export type Trained = (epoch: number) => Partial<Pick<EpochResult, 'loss' | 'accuracy' | 'warnings'>>

/** The unit of all records, so that rotations are at most 2 and angles at most π. */
export const unit = 2 ** -10

/**
 * A trainer without the addon: two layers whose only weight is the number of epochs done, and scores as given. What it
 * records of layer l after step s of an epoch is s + l / 10, times 1 for the first measure, 2 for the second one … and
 * times 101 for the rotation from the first reference, 102 for that from the second one …; spectral measures begin at 1
 * again. All are multiples of `unit`. The loss of step s is (s + 1) / 8.
 */
export function fakeTrainer(scores: Scores, trained: Trained = () => ({})): FakeTrainer {
  const unused = () => Promise.reject(new Error('not expected'))
  const trainer: FakeTrainer = {
    requests: [],
    evaluations: [],
    references: [],
    onEvaluate: () => undefined,
    device: 'cpu',
    layerNames: ['dense0', 'dense1'],
    parameterCount: 2,
    trainEpoch(request) {
      trainer.requests.push(request)
      const steps = request.batchSizes.length
      const { loss = 0.5, accuracy = 0.9, warnings = [] } = trained(trainer.requests.length)
      const examples = request.order.length
      const result: EpochResult = {
        status: 'finished',
        steps,
        losses: Float64Array.from({ length: steps }, (_, step) => (step + 1) / 8),
        warnings,
        loss,
        accuracy,
        sums: { loss: loss * examples, hits: accuracy * examples, examples },
        records: recordsOf(request),
      }
      return Promise.resolve(result)
    },
    evaluate(split, batchSize, chosen) {
      trainer.onEvaluate(split)
      trainer.evaluations.push(chosen === undefined ? [split, batchSize] : [split, batchSize, chosen])
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
    predict: unused,
    probe: unused,
    timeInput: unused,
    notFinite: () => Promise.resolve({ tensors: [] }),
    setWeights: unused,
    shareState: unused,
    swapAverage: unused,
    setReference: (name, tensors) => Promise.resolve(void trainer.references.push([name, tensors])),
    reference: unused,
    trainingState: () => Promise.resolve({ tensors: [], steps: 0, runningMeans: new Float64Array() }),
    setTrainingState: unused,
    stop: () => undefined,
    dispose: () => undefined,
  }
  return trainer
}

function recordsOf({ record }: EpochRequest): EpochResult['records'] {
  const { steps, neurons, spectral, references } = record
  const column = (factor: number) =>
    Float64Array.from(
      { length: steps.length * 2 },
      (_, row) => factor * (steps[Math.floor(row / 2)]! + (row % 2) / 10) * unit,
    )
  const quantiles = (factor: number) =>
    Float64Array.from(Array.from(column(factor)).flatMap((value) => [0, 0.25, 0.5, 0.75, value]))
  return {
    steps,
    ...columns(addonMeasures, column),
    references: Object.fromEntries(references.map((name, i) => [name, column(101 + i)])),
    ...(neurons && { neurons: columns(neuronMeasures, quantiles) }),
    ...(spectral && {
      spectral: columns(
        spectralMeasures.map(({ name }) => name),
        column,
      ),
    }),
  }
}

const columns = <Name extends string>(names: readonly Name[], values: (factor: number) => Float64Array) =>
  Object.fromEntries(names.map((name, i) => [name, values(i + 1)])) as Record<Name, Float64Array>
