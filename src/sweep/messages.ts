import type { ErrorCode } from '../errors.js'
import type { LedgerPoint } from '../study/ledger.js'
import type { Difference } from '../train/differences.js'
import type { PointEnd } from './train-point.js'

/** The work on a point that a process is asked for. */
export interface PointTask {
  /** The study's folder. */
  study: string
  point: LedgerPoint
  retry: boolean
  accept: Difference[]
  /** CPU threads of a run that begins now; null leaves them to LibTorch. */
  threads: number | null
}

/** A message to a worker process. */
export type ToWorker =
  | { type: 'train'; task: PointTask }
  | { type: 'measure'; point: LedgerPoint; threads: number | null }
  | { type: 'stop' }

/** The progress of a training. */
export interface PointProgress {
  /** Epochs done, the fraction of the present one included, of `epochs`. */
  epoch: number
  epochs: number
  /** Estimated seconds to the end; null while unknown. */
  secondsLeft: number | null
  /** Those of the last epoch that ended, 0 … 1; null before. */
  testAccuracy: number | null
  /** Mean cosine distance to the initial weights over the layers after that epoch; null before. */
  rotation: number | null
}

/** The end of a task. */
export type TaskEnd =
  PointEnd | { end: 'error'; code: ErrorCode; message: string } | { end: 'measured'; secondsPerEpoch: number }

/** A message from a worker process. */
export type FromWorker =
  { type: 'progress'; progress: PointProgress } | { type: 'note'; note: string } | { type: 'end'; end: TaskEnd }
