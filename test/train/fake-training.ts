import { join } from 'node:path'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { layerSettings } from '../../src/groups/layer-settings.js'
import { openTrainedRun, type TrainedRun } from '../../src/run/open-run.js'
import { RunFolder } from '../../src/run/run-folder.js'
import { epochOrders } from '../../src/train/epoch-order.js'
import { evaluatedExamples } from '../../src/train/evaluation-plan.js'
import type { TrainingListeners } from '../../src/train/events.js'
import { ratesOf } from '../../src/train/rates/rates-of.js'
import { Training } from '../../src/train/training.js'
import { splitForValidation } from '../../src/train/validation-split.js'
import { environment } from '../support/environment.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { fakeTrainer, type FakeTrainer, type Scores, type Trained } from './fake-trainer.js'
import { smallExperiment } from './small-experiment.js'

export interface FakeTraining {
  run: () => Promise<TrainedRun>
  trainer: FakeTrainer
  training: Training
  path: string
}

/** A training of 1,000 images that nothing is learned from. */
export async function fakeTraining(
  change: Partial<ExperimentConfig>,
  scores: Scores,
  listeners: TrainingListeners = {},
  classes = 10,
  trained?: Trained,
): Promise<FakeTraining> {
  const config = {
    ...smallExperiment,
    record: { steps: 0, neurons: false, spectral: false, references: [] },
    ...change,
  }
  const trainer = fakeTrainer(scores, trained)
  const split = splitForValidation(1000, config.validation, config.seed)
  const orders = epochOrders(split.train, config)
  const path = join(temporaryFolder(), 'run')
  const rates = await ratesOf(config, trainer.layerNames, orders.stepsPerEpoch)
  const evaluated = evaluatedExamples(config, split.validation, 500, 'images')
  const settings = layerSettings(config, trainer.layerNames)
  const folder = await RunFolder.create(path, config, environment, trainer.layerNames)
  return {
    run: () => openTrainedRun(path),
    trainer,
    training: new Training(
      {
        config,
        trainer,
        settings,
        orders,
        rates,
        evaluated,
        classes,
        preprocessing: null,
        fingerprint: '',
        warnings: [],
        notes: [],
        fasterPrecision: null,
      },
      folder,
      listeners,
    ),
    path,
  }
}
