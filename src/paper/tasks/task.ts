import type { ExperimentInput } from '../../experiment/config.js'
import type { RuleConfig } from '../../optimizer/optimizer.js'
import type { L2Config } from '../../regularization/l2.js'
import type { StoppingInput } from '../../stopping/stopping-config.js'
import type { MainTask, TaskName } from '../task-names.js'

/**
 * A task of the paper (arXiv 1806.01603v2, table 1): a network, images, and how they are trained. The authors start all
 * trainings of a task from the same weights, which one seed does here.
 */
export interface Task {
  name: TaskName
  setup: Setup
  /** The rules that may end a training early; null for none. */
  stopping: StoppingInput | null
  /** The weights whose test accuracy is published: the last ones, or those of the best validation accuracy. */
  testWeights: 'best' | 'last'
  /** True for a smaller version of the paper's task. */
  isScaled?: true
}

/** The keys of an experiment that all trainings of a task share. */
export type Setup = Pick<ExperimentInput, 'data' | 'model' | 'loss' | 'batchSize' | SetupWithDefault>

type SetupWithDefault = 'augmentation' | 'batches' | 'validation'

/** A task with a grid of learning rates. */
export interface SweptTask extends Task {
  /** SGD as the authors use it alone; under Layca it has no momentum. */
  sgd: RuleConfig
  /** The L2 penalty of the trainings that have one. */
  l2: L2Config
  /** Length and drops of the grids, and of every training under Layca. */
  sweep: Drops
  /** ρ(0) of Layca with rules that have Adam's momentum, whose steps add up; by default the paper's 3^-5. */
  adamLaycaRate?: number
  /** The settings that the authors found best, or took from the network's own publication. */
  best: Readonly<Record<'SGD' | 'SGD+L2', Best>>
}

/** A task of the main experiments. */
export interface ComparedTask extends SweptTask {
  name: MainTask
  /** The adaptive method that is compared with SGD, with its best settings. */
  adaptive: Best & { rule: RuleConfig; regularized: boolean }
  /** The rule that replays the adaptive method's angles under Layca. */
  replayRule: RuleConfig
}

/** The length of a training, and the epochs, 0-based, from which on its learning rate is multiplied by `factor`. */
export interface Drops {
  epochs: number
  at: readonly number[]
  factor: number
}

export interface Best {
  /** The learning rate of the first epoch. */
  rate: number
  drops: Drops
}
