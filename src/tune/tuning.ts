import type { Candidate } from './candidate.js'
import type { Proposal } from './propose.js'
import type { VerifiedRun } from './verified-run.js'

/** The end of a tuning. */
export interface Tuning {
  /** The absolute path of its folder, that of a study. */
  folder: string
  /** The path of the tuned setting. */
  setting: string
  /** Epochs of a short run, and of the whole one. */
  epochs: { short: number; whole: number }
  /** The rotation at which the middle layers should be at the end of the whole run. */
  target: number
  /** Numbers ascend; others are in the order in which they were given. */
  candidates: Candidate[]
  /** Null if all candidates failed. */
  proposal: Proposal | null
  /** The whole runs of a verification, the proposal's first; null without one. */
  verified: VerifiedRun[] | null
}
