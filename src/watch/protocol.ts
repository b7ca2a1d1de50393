/** The messages between the server and its page, as JSON. */

/** A run in the list. */
export interface RunEntry {
  /** A hash of its folder, which names it in requests. */
  id: string
  /** The folder, from the one that was named on. */
  place: string
  /** The name of its experiment; of a training in PyTorch, and of a run that cannot be read, that of the folder. */
  name: string
  /** Tells it apart from other runs of its name: its values on the axes of its study, or the name of its folder. */
  label: string
  /** The id of its study, if it belongs to one. */
  study: string | null
  state: 'running' | 'finished' | 'interrupted' | 'failed' | 'unreadable'
  /** The reason of an interruption or a failure, or the problem of a folder that cannot be read. */
  reason: string | null
  warnings: string[]
  /** Epochs done; null where they are not counted. */
  epoch: number | null
  /** Epochs of the experiment; null for a training in PyTorch. */
  epochs: number | null
  /** Test accuracy after the last epoch that measured it, 0 … 1. */
  testAccuracy: number | null
  /** Mean rotation of the layers, 0 … 2. */
  rotation: number | null
  /** ISO 8601, UTC. */
  startedAt: string | null
  /** Optimizer, learning rate, network and data in words; empty for a training in PyTorch. */
  about: string[]
  /** Changes whenever the files of the run have. */
  revision: number
}

/** A study, whose runs name it. */
export interface StudyEntry {
  id: string
  name: string
  place: string
  /** Points of its ledger, begun or not. */
  points: number
}

/** All runs and studies, the newest first. */
export interface RunList {
  version: string
  /** True if runs are missing that have not been read yet. */
  isIncomplete: boolean
  runs: RunEntry[]
  studies: StudyEntry[]
  /** Problems of folders that cannot be looked into. */
  problems: string[]
}

/** The tables of a run that the page draws. */
export const tableNames = ['rotation', 'metrics', 'layers'] as const
export type TableName = (typeof tableNames)[number]

/** The measures of layers.csv that the page draws. */
export const drawnMeasures = ['angle', 'norm', 'gradient_norm', 'rate'] as const

/** Rows of a table that the page does not have yet. */
export interface TablePart {
  /** Names of the layers; of `metrics` none. */
  layers: string[]
  /** Quantities, named as in the file: each is one column, and for each layer one if there are layers. The first column of all is the position. */
  quantities: string[]
  /** Unit of the first column. */
  unit: 'epoch' | 'step'
  /** Changes when the table begins anew, because the run was resumed from an earlier position. */
  reading: number
  /** Every stride-th row of the file is there, and the last one. */
  stride: number
  /** The place of the first row of `data`: rows from there on are replaced. */
  from: number
  /** The number of rows that stay where they are while the stride stays; one more may follow. */
  kept: number
  /** Little-endian float32 in base64, [rows][columns], row-major. */
  data: string
  /** The reason why no more can be read. */
  problem: string | null
}
