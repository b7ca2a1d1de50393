import type { ExperimentConfig } from '../experiment/config.js'
import type { EpochSums, NamedTensor, TrainingState } from '../native/contract.js'
import type { LoggedEpoch } from '../stopping/stopping-reason.js'
import type { LayerTable } from '../rotation/layer-table.js'
import type { RunEnvironment } from './environment.js'
import type { FileStamp } from './file-stamp.js'
import type { TableName } from './growing-file.js'
import type { RunPosition } from './position.js'

/** The trained part of an epoch, from its first step on. */
export interface EpochPart {
  /** Steps done. */
  steps: number
  sums: EpochSums
  /** [steps][layers], row-major: learning rates of all steps done and of the rest of the current stretch. */
  rates: Float64Array
  /** Measurements of the layers after the recorded steps. */
  table: LayerTable
}

/** Step records that no part of steps/ holds yet. */
export interface PendingSteps {
  /** Epoch of the first record, 0-based. */
  firstEpoch: number
  table: LayerTable
}

/** The files of a run when a checkpoint was written. */
export interface RunFiles {
  /** The tables that grow; one without a line has no bytes. */
  tables: Record<TableName, FileStamp>
  /** Bytes of run.log. */
  log: number
  /** The parts of steps/ by their names. */
  parts: Record<string, FileStamp>
  /** The weights that the run keeps and that the checkpoint keeps with them. */
  kept: { initial: FileStamp; best?: FileStamp | undefined }
}

/** The state of a training. */
export interface TrainingSnapshot {
  position: RunPosition
  /** Seconds since the start of training, without interruptions. */
  seconds: number
  /** Parameters and buffers. */
  weights: NamedTensor[]
  training: TrainingState
  /** The trained part of the next epoch; undefined between two epochs. */
  part: EpochPart | undefined
  /** Weights at the start of that epoch, if rotation is also measured from there. */
  lastEpoch: NamedTensor[] | undefined
  /** State of the source of the learning rates, a JSON value. */
  rates: unknown
  /** The whole epochs as the stopping rules see them. */
  logged: LoggedEpoch[]
  /** Position from which the weights are averaged; undefined for the first step. */
  averagedFrom: RunPosition | undefined
}

/** All that a resumed training needs to reach the same bits. */
export interface TrainingCheckpoint extends TrainingSnapshot {
  config: ExperimentConfig
  /** Names of the layers in forward order. */
  layers: readonly string[]
  environment: RunEnvironment
  files: RunFiles
  pending: PendingSteps | undefined
}
