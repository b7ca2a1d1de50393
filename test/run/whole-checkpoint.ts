import type { TrainingCheckpoint } from '../../src/run/training-checkpoint.js'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { environment } from '../support/environment.js'
import { smallExperiment } from '../train/small-experiment.js'

export const layers = ['dense0', 'dense1']
const table = (steps: number[]): LayerTable =>
  new LayerTable(
    layers,
    Int32Array.from(steps),
    new Map([
      ['rotation', Float64Array.from({ length: 2 * steps.length }, (_, i) => Math.sin(i))],
      ['rotation_from_runs/a b.safetensors', Float64Array.from({ length: 2 * steps.length }, (_, i) => 2 ** -1074 * i)],
    ]),
  )
const tensor = (name: string, ...data: number[]) => ({
  name,
  shape: [data.length],
  data: Float32Array.from(data),
})

/** A checkpoint within an epoch, with everything that a checkpoint can have. */
export const whole: TrainingCheckpoint = {
  position: { epoch: 3, step: 2 },
  config: smallExperiment,
  environment,
  seconds: 12.5,
  layers,
  files: { metrics: 100, rotation: 200, layers: 300, log: 400 },
  weights: [tensor('dense0.weight', 1, NaN, -0), tensor('dense1.weight', Infinity)],
  training: {
    tensors: [tensor('dense0.weight.0', 1e-40, 5)],
    steps: 32,
    runningMeans: Float64Array.of(0.1, 1 - 2 ** -53),
  },
  part: {
    steps: 2,
    sums: { loss: 1 / 3, hits: 5, examples: 20 },
    rates: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    table: table([31, 32]),
  },
  pending: { firstEpoch: 1, table: table([11, 12, 20]) },
  lastEpoch: [tensor('dense0.weight', 3)],
  rates: { learnt: [1, 2, 3] },
  logged: [{ loss: 0.5, accuracy: 0.25, valAccuracy: null }],
}
