import { join } from 'node:path'

/** 'best' are the weights after the first epoch with the largest validation accuracy, where there is a validation split. */
export type Checkpoint = 'initial' | 'last' | 'best'

/** Where things lie in a run folder. */
export const layout = {
  config: 'config.json',
  environment: 'environment.json',
  status: 'status.json',
  metrics: 'metrics.csv',
  rotation: 'rotation.csv',
  layers: 'layers.csv',
  steps: 'steps',
  log: 'run.log',
  lock: 'lock',
  checkpoints: 'checkpoints',
  weights: (checkpoint: Checkpoint) => join('checkpoints', checkpoint, 'model.safetensors'),
}
