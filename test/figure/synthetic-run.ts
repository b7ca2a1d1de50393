import { mlp } from '../../src/model/zoo/mlp.js'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { bestEpoch, type EpochMetrics } from '../../src/run/metrics.js'
import type { TrainedRun } from '../../src/run/open-run.js'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { paperRotation } from '../../src/rotation/layers-csv.js'
import { RotationTable } from '../../src/rotation/rotation-table.js'

export interface SyntheticRun {
  rate?: number
  epochs?: number
  layers?: readonly string[]
  folder?: string
  name?: string
  config?: Partial<ExperimentConfig>
  weights?: TrainedRun['weights']
  /**
   * True for a run with a validation split and top-5 accuracies; its validation accuracy falls again after half of the
   * epochs.
   */
  validates?: boolean
}

const stepsPerEpoch = 5

/**
 * A finished run without training: its layers turn like a random walk, 1 - cos(arctan rate)^steps (each layer a little
 * slower than the one before), its losses fall exponentially. Everything follows from the arguments.
 */
export function syntheticRun({
  rate = 3 ** -3,
  epochs = 100,
  layers = ['dense0', 'dense1'],
  name = 'synthetic',
  folder = `runs/${name}/20261123-052233-${rate.toFixed(4)}`,
  config,
  weights = () => Promise.resolve(new Map()),
  validates = false,
}: SyntheticRun = {}): TrainedRun {
  const rotationOf = (layer: number, epoch: number) =>
    1 - Math.cos(Math.atan(rate)) ** ((epoch * stepsPerEpoch) / (1 + layer / layers.length))
  const rotation = Array.from({ length: epochs + 1 }, (_, epoch) => layers.map((_, layer) => rotationOf(layer, epoch)))
  const noRows = new LayerTable(layers, new Int32Array(), new Map())
  const metrics: EpochMetrics[] = Array.from({ length: epochs }, (_, i) => {
    const fall = Math.exp(-(i + 1) * rate)
    return {
      epoch: i + 1,
      learningRate: rate,
      trainLoss: 2 * fall + 1e-3,
      trainAccuracy: 1 - 0.4 * fall,
      valLoss: validates ? 1.9 * fall + 0.1 : null,
      valAccuracy: validates ? 0.9 - Math.abs(i + 1 - epochs / 2) / epochs : null,
      testLoss: 1.8 * fall + 0.1,
      testAccuracy: 0.968 - 0.3 * fall,
      seconds: 0.5 * (i + 1),
      valTop5Accuracy: validates ? 0.98 : null,
      testTop5Accuracy: validates ? 0.9876 : null,
      examplesPerSecond: 1000,
      peakMemory: 2 ** 30,
      custom: {},
    }
  })
  return {
    folder,
    config: experiment({
      name,
      data: { type: 'mnist', perClass: 1000 },
      model: mlp({ hidden: [784], batchNorm: true }),
      optimizer: { type: 'layca', rule: { type: 'sgd' } },
      learningRate: { type: 'constant', initial: rate },
      epochs,
      batchSize: 2048,
      validation: validates ? { share: 0.1 } : null,
      ...config,
    }),
    environment: {
      layerRotation: '0.1.0',
      node: 'v20.20.2',
      libtorch: '2.13.0',
      device: 'cpu',
      precision: 'fp32',
      memoryFormat: 'channelsLast',
      threads: 2,
      platform: 'linux x64',
      cpu: 'Synthetic processor',
      commit: null,
      seed: 1,
      stepsPerEpoch,
      data: '0'.repeat(64),
      startedAt: '2026-11-23T05:22:33.000Z',
    },
    status: {
      status: 'finished',
      epoch: epochs,
      startedAt: '2026-11-23T05:22:33.000Z',
      endedAt: '2026-11-23T05:23:33.000Z',
      host: 'host',
      pid: 1,
    },
    stale: false,
    metrics,
    best: bestEpoch(metrics),
    rotation: new RotationTable(
      layers,
      rotation.map((_, epoch) => epoch),
      rotation,
    ),
    weights,
    layers: () => Promise.resolve(noRows),
    paperRotation: () => Promise.resolve(paperRotation(noRows)),
    steps: () => Promise.resolve(noRows),
  }
}
