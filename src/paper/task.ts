import type { ExperimentConfig } from '../experiment/config.js'
import type { Quantity } from '../report/expected-table.js'
import type { PointValues } from '../study/study-config.js'

/** An experiment of the paper: trainings that are compared with each other and with known numbers. */
export interface PaperTask {
  /** Heading of the report. */
  title: string
  /** The subject of the experiment, in half a line. */
  subject: string
  /** The introduction of the report: the trainings and the finding of the paper. */
  lead: string
  /** Epochs of each training, unless the settings ask for a shorter trial. */
  epochs: number
  /** The source of the expected numbers. */
  source: ExpectedSource
  /** The heading of the trainings' labels, such as 'learning rate'. */
  labelTitle: string
  /** The quantities that are compared. */
  quantities: readonly (Quantity & { of: (numbers: Expected) => number | undefined })[]
  /** The layer whose rotation is drawn for all trainings; by default the mean over all layers. */
  layer?: string
  trainings(settings: PaperSettings): PaperTraining[]
}

export interface ExpectedSource {
  /** Heading of the comparison. */
  title: string
  /** The source in one word, the heading of its column. */
  word: string
  /** The source in detail, and caveats. */
  note: string
}

export interface PaperTraining {
  config: ExperimentConfig
  /** The values by which it is told apart in the study of its task: also from those with another seed or number of epochs. */
  values: PointValues
  /** The training's label in tables. */
  label: string
  expected: Expected
  /** The published rotation of the task's layer by epoch. */
  curve?: readonly { epoch: number; rotation: number }[]
}

/** The numbers of a training, measured by us or by others; absent if they were not measured. */
export interface Expected {
  /** Accuracy on the test images after the last epoch, in percent. */
  testAccuracy?: number
  /** Accuracy over the last epoch in training mode, while the weights change, in percent. */
  trainAccuracy?: number
  /** Mean over the layers of the cosine distance to the initial weights, after the last epoch. */
  meanRotation?: number
  /** The cosine distance of single layers to their initial weights, by name. */
  rotation?: Readonly<Record<string, number>>
}

export interface PaperSettings {
  /** 0 … 2³²-1; by default 1. */
  seed?: number | undefined
  /** 'auto' (the default: CUDA if there is a GPU, otherwise the CPU), 'cpu', 'cuda' or 'cuda:N'. */
  device?: string | undefined
  /** CPU threads, 1 … 1024; null, the default, means one per core. */
  threads?: number | null | undefined
  /** The number of epochs, at least 1; by default the task's. The drops of the learning rate scale in proportion. */
  epochs?: number | undefined
}

/**
 * Scales the epochs of learning rate drops from a training of `from` epochs to one of `to`; drops beyond its end are
 * left out.
 */
export function scaledDrops(at: readonly number[], from: number, to: number): number[] {
  const scaled = at.map((epoch) => Math.round((epoch / from) * to))
  return [...new Set(scaled)].filter((epoch) => epoch > 0 && epoch < to)
}

/** The settings that a config takes unchanged. */
export const machineSettings = ({ seed = 1, device = 'auto', threads = null }: PaperSettings) => ({
  seed,
  device,
  threads,
})
