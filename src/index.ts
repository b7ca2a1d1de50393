export { LayerRotationError, type ErrorCode } from './errors.js'

export { experiment, type ExperimentConfig, type ExperimentInput } from './experiment/experiment.js'
export { loadExperiment } from './experiment/load-experiment.js'
export { presets } from './experiment/presets.js'

export { cifar10, cifar100, type Cifar100Config, type Cifar10Config } from './data/cifar-config.js'
export type { DataConfig } from './data/data.js'
export { imageFolder, type ImageFolderConfig } from './data/image-folder-config.js'
export { fashionMnist, mnist, type FashionMnistConfig, type MnistConfig } from './data/mnist-config.js'
export { synthetic, type SyntheticConfig } from './data/synthetic-config.js'
export { tinyImageNet, type TinyImageNetConfig } from './data/tiny-imagenet-config.js'

export type { Initializer } from './model/initializer.js'
export { batchNorm, dense, dropout, flatten, relu, type LayerSpec } from './model/layers.js'
export { mlp, type MlpOptions } from './model/mlp.js'
export type { ModelConfig } from './model/model.js'

export { layca, type LaycaConfig } from './optimizer/layca.js'
export type { OptimizerConfig } from './optimizer/optimizer.js'
export { sgd, type SgdConfig } from './optimizer/sgd.js'

export { constant, type ConstantConfig } from './schedule/constant.js'
export { schedule, type LearningRateConfig, type Schedule } from './schedule/schedule.js'
export { steps, type StepsConfig } from './schedule/steps.js'

export {
  train,
  type EpochEnd,
  type TrainingListeners,
  type TrainingProgress,
  type TrainingStart,
  type TrainOptions,
} from './train/train.js'

export type { RunEnvironment } from './run/environment.js'
export type { EpochMetrics } from './run/metrics.js'
export { openRun, type Run, type Weights } from './run/open-run.js'
export type { Checkpoint } from './run/run-folder.js'
export type { RunStatus } from './run/status.js'
export type { StepRow } from './run/step-records.js'
export type { RotationTable } from './trajectory/rotation-table.js'

export { info, type NativeDevice, type NativeInfo } from './native.js'

export { writeReport, type ReportOptions } from './report/write-report.js'
export { repeatPaper, type PaperOptions, type PaperResult } from './paper/repeat.js'
export type { PaperRow, PaperSummary } from './paper/summary.js'
export type { PaperTaskName } from './paper/tasks.js'
