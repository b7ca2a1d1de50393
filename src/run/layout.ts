import { join } from 'node:path'

/**
 * Weights that a run keeps. 'best' are those after the first epoch with the largest validation accuracy; they exist
 * only with a validation split. 'average' are the averaged ones at the end; they exist only with `averaging`.
 */
export type Checkpoint = (typeof keptWeights)[number]

export const keptWeights = ['initial', 'last', 'best', 'average'] as const

/** Paths within a run folder. */
export const layout = {
  config: 'config.json',
  environment: 'environment.json',
  status: 'status.json',
  metrics: 'metrics.csv',
  rotation: 'rotation.csv',
  layers: 'layers.csv',
  steps: 'steps',
  log: 'run.log',
  /** Only of a training in PyTorch, instead of config.json and environment.json. */
  pytorch: 'run.json',
  report: 'report.html',
  lock: 'lock',
  /** The parts of the run that loggers have sent. */
  loggers: 'loggers',
  /** Event files for TensorBoard. */
  tensorboard: 'tensorboard',
  checkpoints: 'checkpoints',
  weights: (checkpoint: Checkpoint) => join('checkpoints', checkpoint, 'model.safetensors'),
}
