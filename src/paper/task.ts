import type { ExperimentConfig } from '../experiment/config.js'
import type { Quantity } from '../report/expected-table.js'

/** An experiment of the paper: trainings that are compared with each other and with known numbers. */
export interface PaperTask {
  /** Heading of the report. */
  title: string
  /** What is trained, in half a line. */
  subject: string
  /** A paragraph for the report: what is trained and what the paper finds. */
  lead: string
  /** Epochs of a training, where they are not changed for a trial. */
  epochs: number
  /** Where the numbers come from with which ours are compared. */
  source: ExpectedSource
  /** What the trainings' labels are, e.g. 'learning rate'. */
  labelTitle: string
  /** What is compared. */
  quantities: readonly (Quantity & { of: (numbers: Expected) => number | undefined })[]
  /** The layer whose rotation is drawn for all trainings; the mean over all where there is none. */
  layer?: string
  trainings(settings: PaperSettings): PaperTraining[]
}

export interface ExpectedSource {
  /** Heading of the comparison. */
  title: string
  /** In one word, for a column. */
  word: string
  /** Where the numbers come from, what to keep in mind. */
  note: string
}

export interface PaperTraining {
  config: ExperimentConfig
  /** Part of its folder's name. */
  folderLabel: string
  /** What it is called in tables. */
  label: string
  expected: Expected
  /** Rotation of the task's layer by epoch, as published. */
  curve?: readonly { epoch: number; rotation: number }[]
}

/** Numbers of a training, whoever measured them; absent where nobody did. */
export interface Expected {
  /** %, of the test images after the last epoch. */
  testAccuracy?: number
  /** %, over the last epoch in training mode, while the weights move. */
  trainAccuracy?: number
  /** Mean cosine distance of the layers to their initial weights after the last epoch. */
  meanRotation?: number
  /** The same of single layers. */
  rotation?: Readonly<Record<string, number>>
}

export interface PaperSettings {
  /** 0 … 2³²-1; by default 1. */
  seed?: number
  /** 'auto' (the default: CUDA where there is one, else the CPU), 'cpu', 'cuda' or 'cuda:N'. */
  device?: string
  /** CPU threads, 1 … 1024; null, the default, for one a core. */
  threads?: number | null
  /** At least 1. Other than the task's, the drops of the learning rate keep their place in proportion. */
  epochs?: number
}

/** Where drops of the learning rate come in a training of another length; those beyond its end are left out. */
export function scaledDrops(at: readonly number[], from: number, to: number): number[] {
  const scaled = at.map((epoch) => Math.round((epoch / from) * to))
  return [...new Set(scaled)].filter((epoch) => epoch > 0 && epoch < to)
}

/** The settings that go into a config as they are. */
export const machineSettings = ({ seed = 1, device = 'auto', threads = null }: PaperSettings) => ({
  seed,
  device,
  threads,
})
