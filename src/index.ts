export { LayerRotationError, type ErrorCode } from './errors.js'

export type { ExperimentConfig, ExperimentInput } from './experiment/config.js'
export { ema, swa, type AveragingConfig, type EmaConfig, type SwaConfig } from './experiment/averaging-config.js'
export { experiment } from './experiment/experiment.js'
export { mlflow, tensorBoard, type LoggerConfig } from './experiment/logger-config.js'
export { loadExperiment } from './experiment/load-experiment.js'
export { presets } from './experiment/presets.js'

export { cifar10, type Cifar10Config } from './data/cifar/cifar10.js'
export { cifar100, type Cifar100Config } from './data/cifar/cifar100.js'
export type { DataConfig, DataInput } from './data/data.js'
export type { DataProgress } from './data/progress.js'
export { dataset, type DatasetArrays, type DatasetConfig } from './data/arrays/dataset.js'
export type { GivenSplit } from './data/arrays/given-arrays.js'
export { imageFolder, type ImageFolderConfig } from './data/images/image-folder.js'
export { emnist, type EmnistConfig } from './data/mnist/emnist.js'
export { fashionMnist, type FashionMnistConfig } from './data/mnist/fashion-mnist.js'
export { mnist, type MnistConfig } from './data/mnist/mnist.js'
export { synthetic, type SyntheticConfig } from './data/synthetic/synthetic.js'
export { tinyImageNet, type TinyImageNetConfig } from './data/images/tiny-imagenet.js'
export { tokens, type TokensConfig } from './data/tokens/tokens.js'

export type { Initializer } from './model/initializer.js'
export {
  averagePool,
  batchNorm,
  conv,
  dense,
  dropout,
  flatten,
  gelu,
  globalAveragePool,
  groupNorm,
  layerNorm,
  leakyRelu,
  maxPool,
  relu,
  residual,
  type LayerInput,
  type LayerSpec,
} from './model/layers.js'
export {
  describeModel,
  monitoredLayers,
  stateShapes,
  type LayerDescription,
  type ModelDescription,
} from './model/describe-model.js'
export type { TensorShape } from './model/tensors.js'
export type { ZooInput } from './model/zoo/zoo.js'
export type { Shape } from './shape.js'
export { exported, type ExportedOptions } from './model/exported/exported.js'
export { network, type ModelConfig, type ModelInput } from './model/model.js'
export { mlp, type MlpOptions } from './model/zoo/mlp.js'
export { tinyCnn, vgg25, type TinyCnnOptions, type Vgg25Options } from './model/zoo/paper-vgg.js'
export { vggTorchBlog, type VggTorchBlogOptions } from './model/zoo/vgg-torch-blog.js'
export { resnet110, resnet32, type KerasResnetOptions } from './model/zoo/keras-resnet.js'
export { wideResnet28x10, type WideResnetOptions } from './model/zoo/wide-resnet.js'
export { resnet18, resnet34, resnet50, type PytorchResnetOptions } from './model/zoo/pytorch-resnet.js'
export { vgg11, vgg13, vgg16, vgg19, type PytorchVggOptions } from './model/zoo/pytorch-vgg.js'

export { crossEntropy, type CrossEntropyConfig } from './loss/cross-entropy.js'
export { kerasCrossEntropy, type KerasCrossEntropyConfig } from './loss/keras-cross-entropy.js'
export type { LossConfig } from './loss/loss.js'

export { decoupledWeightDecay, type DecoupledWeightDecayConfig } from './regularization/decoupled-weight-decay.js'
export { l2, type L2Config } from './regularization/l2.js'
export type { RegularizationConfig } from './regularization/regularization.js'
export { weightDecay, type WeightDecayConfig } from './regularization/weight-decay.js'

export type { ControlConfig, OptimizerConfig, RuleConfig } from './optimizer/optimizer.js'
export {
  clipNorm,
  clipValue,
  type ClipNormConfig,
  type ClipValueConfig,
  type GradientClippingConfig,
} from './optimizer/gradient-clipping.js'
export { adamH, hyperball, muonH } from './optimizer/aliases.js'
export * from './optimizer/controls/controls.js'
export * from './optimizer/rules/rules.js'

export type { GroupConfig } from './groups/group.js'
export { parameterSettings } from './groups/parameter-settings.js'

export * from './schedule/curves/curves.js'
export { perLayer, type PerLayerConfig } from './schedule/per-layer.js'
export { rateTable, type RateSettings } from './schedule/rate-table.js'
export { replay } from './schedule/replay.js'
export { plateau, type PlateauConfig } from './schedule/plateau.js'
export { rotateTo, type Target } from './schedule/rotate-to.js'
export {
  knownSchedule,
  layerSchedule,
  schedule,
  type ScheduleConfig,
  type LearningRateConfig,
  type RunLength,
  type Schedule,
} from './schedule/schedule.js'
export { warmup } from './schedule/warmup.js'
export type { WarmupConfig } from './schedule/warmup-type.js'

export { alphaMultipliers, type AlphaConfig } from './schedule/multipliers/alpha.js'
export { layerFactors, type MultipliersConfig } from './schedule/multipliers/multipliers.js'
export { layerMultipliers, multipliersFrom, type MultiplierTableConfig } from './schedule/multipliers/table.js'

export type { StoppingConfig } from './stopping/stopping-config.js'

export {
  train,
  type EpochEnd,
  type EpochModel,
  type EvaluationScore,
  type Score,
  type StepEnd,
  type TrainingListeners,
  type EvaluationStatus,
  type TrainingProgress,
  type TrainingStart,
  type TrainOptions,
} from './train/train.js'

export { resume, type ResumeOptions } from './train/resume.js'
export { evaluate, type ImagePredictions, type ModelEvaluation } from './evaluation/evaluate.js'
export { predict, type Prediction } from './evaluation/predict.js'
export type { ClassScore, Classifications } from './evaluation/classifications.js'
export type { EvaluateOptions, ModelOptions } from './evaluation/options.js'
export type { SplitName } from './native/contract.js'
export type { Difference } from './train/differences.js'

export { logRun, type LogOptions } from './loggers/log-run.js'

export { compareRuns, type RunComparison } from './run/compare-runs.js'
export { listRuns, type RunSummary } from './run/list-runs.js'
export type { Change } from './experiment/changes.js'
export type { RunEnvironment } from './run/environment.js'
export type { EpochMetrics, InitialMetrics } from './run/metrics.js'
export { openRun, openTrainedRun, type PyTorchRun, type Run, type TrainedRun } from './run/open-run.js'
export type { PyTorchEnvironment } from './run/pytorch-run.js'
export type { RunPosition } from './run/position.js'
export type { Checkpoint } from './run/layout.js'
export type { RunStatus } from './run/status.js'
export type { LayerRow, LayerTable } from './rotation/layer-table.js'
export type { Measure } from './rotation/measures.js'
export type { AugmentationConfig } from './experiment/augmentation-config.js'
export type { EvaluationConfig } from './experiment/evaluation-config.js'
export type { RecordConfig } from './rotation/record-config.js'
export type { RotationTable } from './rotation/rotation-table.js'
export { randomWalk } from './rotation/random-walk.js'
export { adamWEquilibriumAngle, sgdEquilibriumAngle, type EquilibriumOptions } from './rotation/equilibrium-angle.js'

export { study, type PointExperiment, type StudyInput } from './study/study.js'
export type { AxisGroup } from './study/combine.js'
export { loadStudy, type LoadStudyOptions } from './study/load-study.js'
export type { LayerHealth } from './measure/health.js'
export { followCheckpoints, type FollowOptions } from './measure/follow-checkpoints.js'
export { openMeasurement, type Measurement } from './measure/open-measurement.js'
export { measureCheckpoints } from './measure/measure-checkpoints.js'
export type { MeasureOptions } from './measure/options.js'
export type { CheckpointSeries } from './measure/series-measurement.js'

export { openStudy } from './study/open-study.js'
export type { RowNumber, RunCurves, Study, StudyRow } from './study/study-row.js'
export { studyGroups, type StudyGroup } from './study/study-groups.js'
export { selectByValidation, type Selection } from './study/selection.js'
export type { Summary } from './study/statistics.js'
export { writeStudyTables } from './study/study-tables.js'
export type { AxisValue, PointValues, StudyConfig, StudyPoint } from './study/study-config.js'

export { sweep, type PointEvent, type SweepListeners, type SweepOptions, type SweepResult } from './sweep/sweep.js'
export { findRate, type FindRateOptions, type RateSearchProgress } from './find-rate/find-rate.js'
export type { RateSearch, SearchEnd } from './find-rate/rate-search.js'
export type { Suggestions } from './find-rate/suggestions.js'

export { tune, type TuneListeners, type TuneOptions } from './tune/tune.js'
export type { Tuning } from './tune/tuning.js'
export type { Candidate, CandidateLayer } from './tune/candidate.js'
export type { TurningScore } from './tune/score.js'
export type { Confidence, Proposal } from './tune/propose.js'
export type { VerifiedRun } from './tune/verified-run.js'
export type { SweepPlan } from './sweep/plan.js'
export type { PointProgress } from './sweep/messages.js'
export type { LedgerPoint } from './study/ledger.js'

export { loadWeights, saveWeights, type Weights } from './weights/weights.js'

export type { NativeDevice, NativeInfo, ParameterSettings } from './native/contract.js'
export { info } from './native/load.js'

export { writeReport, type ReportOptions } from './report/write-report.js'
export { writePrediction } from './evaluation/write-prediction.js'
export { writeEvaluation, type WriteEvaluationOptions } from './evaluation/write-evaluation.js'
export { writeMeasurementReport } from './report/measure/write-measurement-report.js'
export { latexTable } from './report/latex-table.js'
export { writeStudyReport, type StudyReportOptions } from './report/study/write-study-report.js'
export type { ExpectedTable } from './report/expected-table.js'
export { writeFigure, type FigureFormat, type FigureOptions } from './figure/print/write-figure.js'
export type { Drawable } from './figure/print/subjects.js'
export type { PublishedCurve, RotationByRunOptions } from './figure/rotation-by-run-options.js'
export { watch, type Watch, type WatchOptions } from './watch/watch.js'
export { repeatPaper, type PaperOptions, type PaperResult, type PaperTurn } from './paper/repeat.js'
export type { PaperRow, PaperSummary } from './paper/summary.js'
export type { PaperSettings } from './paper/task.js'
export type { PaperTaskName } from './paper/tasks.js'
