import type { ExperimentConfig } from '../experiment/config.js'
import type { EpochSums, NamedTensor, TrainingState } from '../native/contract.js'
import type { LoggedEpoch } from '../stopping/stopping-reason.js'
import type { LayerTable } from '../rotation/layer-table.js'
import type { RunEnvironment } from './environment.js'
import type { RunPosition } from './position.js'

/** A part of an epoch, from its first step on. */
export interface EpochPart {
  /** Steps done. */
  steps: number
  sums: EpochSums
  /** [steps whose rates are chosen][layers]: at least those done. */
  rates: Float64Array
  /** What was measured of the layers. */
  table: LayerTable
}

/** Step records that are not in a part of steps/ yet. */
export interface PendingSteps {
  /** The first epoch that they are of, 0-based. */
  firstEpoch: number
  table: LayerTable
}

/** Bytes of the files that grow with a run. */
export type FileSizes = Record<'metrics' | 'rotation' | 'layers' | 'log', number>

/** What the training itself knows. */
export interface TrainingSnapshot {
  position: RunPosition
  /** Since the start of training, pauses between its processes not counted. */
  seconds: number
  /** Parameters and buffers. */
  weights: NamedTensor[]
  training: TrainingState
  /** Of the epoch that has begun. */
  part: EpochPart | undefined
  /** The weights at the start of that epoch, where the layers are also measured from there. */
  lastEpoch: NamedTensor[] | undefined
  /** What the source of the rates has learnt, as JSON has it. */
  rates: unknown
  /** The whole epochs, as the stopping rules see them. */
  logged: LoggedEpoch[]
}

/** All that a training needs to go on to the same bits. */
export interface TrainingCheckpoint extends TrainingSnapshot {
  config: ExperimentConfig
  /** Names in forward order. */
  layers: readonly string[]
  environment: RunEnvironment
  files: FileSizes
  pending: PendingSteps | undefined
}
