import type { EpochRequest, SplitName } from '../native/contract.js'

/** A message from rank 0 to all other processes. Those that name a call of a trainer ask for the same call. */
export type Message =
  /** Read the data of an experiment; the answer is a `Prepared`. */
  | { type: 'prepare'; config: unknown }
  /** All processes are prepared: make the trainer. */
  | { type: 'create' }
  | { type: 'trainEpoch'; request: EpochRequest }
  | { type: 'evaluate'; split: SplitName; batchSize: number; chosen: Int32Array | undefined }
  | { type: 'swapAverage' }
  | { type: 'shareState' }
  /** The training has ended; `code` is the exit code of rank 0. */
  | { type: 'end'; code: number }

/** The answer to 'prepare'. */
export type Prepared =
  /** The SHA-256 of the data, and the versions, which must be the same on all. */
  { seen: string; versions: string } | { error: { code: string; message: string } }
