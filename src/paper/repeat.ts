import { join, resolve } from 'node:path'
import { z } from 'zod'
import { experimentSchema } from '../experiment/config.js'
import { writeReport } from '../report/write-report.js'
import type { Run } from '../run/open-run.js'
import { inNewFolder } from '../run/run-folder.js'
import { json } from '../files/json.js'
import { makeFolder } from '../files/make-folder.js'
import { writeWhole } from '../files/write.js'
import { trainSchema } from '../train/options.js'
import { train, type TrainOptions } from '../train/train.js'
import { requireOptions } from '../validation/options.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { paperRow, paperTable, type PaperRow, type PaperSummary } from './summary.js'
import type { PaperSettings, PaperTask, PaperTraining } from './task.js'
import { paperTasks, type PaperTaskName } from './tasks.js'

/** A training and its position among those of its task. */
export interface PaperTurn extends PaperTraining {
  /** 0-based position among `count` trainings. */
  index: number
  count: number
}

export interface PaperOptions
  extends PaperSettings, Pick<TrainOptions, 'runsFolder' | 'signal' | 'onStart' | 'onProgress' | 'onEpochEnd'> {
  /** Called before each training, which waits for a promise that it returns. */
  onTraining?: ((turn: PaperTurn) => unknown) | undefined
  /** Called after each training, once the summary and the report include it; the next one waits for its promise. */
  onTrained?: ((turn: PaperTurn, run: Run, row: PaperRow) => unknown) | undefined
}

export interface PaperResult {
  /** The folder with the run folders, summary.json, report.html and figures/. */
  folder: string
  summary: PaperSummary
  /** Path of report.html. */
  report: string
}

const { runsFolder, signal, onStart, onProgress, onEpochEnd } = trainSchema.shape
const listener = onStart

const optionsSchema = strictObject({
  seed: experimentSchema.shape.seed.optional(),
  device: experimentSchema.shape.device.optional(),
  threads: experimentSchema.shape.threads.optional(),
  epochs: experimentSchema.shape.epochs.optional(),
  runsFolder,
  signal,
  onStart,
  onProgress,
  onEpochEnd,
  onTraining: listener,
  onTrained: listener,
})

/**
 * Repeats an experiment of the paper (arXiv 1806.01603v2): trains each of its configurations in turn, in a new run folder
 * `<runsFolder>/paper-<task>/<time>-<label>`, and compares them with the expected numbers in summary.json, report.html and
 * figures/ beside the run folders. These are rewritten after each training with the trainings of this call that have
 * finished; the run folders of earlier calls are kept.
 *
 *     await repeatPaper('mnist')   // the perceptron on MNIST at four learning rates
 *
 * @throws {LayerRotationError} the errors of `train`; the summary keeps the trainings that have finished
 */
export async function repeatPaper(name: PaperTaskName, options: PaperOptions = {}): Promise<PaperResult> {
  validate(z.object({ name: z.enum(Object.keys(paperTasks) as PaperTaskName[]) }), { name }, 'repeatPaper')
  requireOptions(options, 'repeatPaper')
  validate(optionsSchema, options, 'options of repeatPaper')
  const { runsFolder = 'runs', signal, onTraining, onTrained, onStart, onProgress, onEpochEnd } = options
  const task = paperTasks[name]
  const trainings = task.trainings(options)
  const folder = resolve(runsFolder, `paper-${name}`)
  const finished: Run[] = []
  const summary: PaperSummary = { rows: [] }
  let report = ''
  for (const [index, training] of trainings.entries()) {
    const turn = { ...training, index, count: trainings.length }
    await onTraining?.(turn)
    const run = await inNewFolder(folder, training.folderLabel, (path) =>
      train(training.config, { signal, onStart, onProgress, onEpochEnd, folder: path }),
    )
    const row = paperRow(run, training)
    finished.push(run)
    summary.rows.push(row)
    report = await writeResults(task, folder, finished, trainings, summary)
    await onTrained?.(turn, run, row)
  }
  return { folder, summary, report }
}

async function writeResults(
  task: PaperTask,
  folder: string,
  runs: readonly Run[],
  trainings: readonly PaperTraining[],
  summary: PaperSummary,
): Promise<string> {
  await makeFolder(folder)
  const report = await writeReport(runs, folder, {
    title: task.title,
    lead: lead(task, runs),
    expected: paperTable(task, summary),
    comparison: {
      ...(task.layer === undefined ? {} : { layer: task.layer }),
      published: runs.flatMap((_, run) => {
        const points = trainings[run]?.curve
        return points ? [{ run, points }] : []
      }),
    },
  })
  await writeWhole(join(folder, 'summary.json'), json(summary))
  return report
}

function lead(task: PaperTask, [first]: readonly Run[]): string {
  const epochs = first?.config.epochs ?? task.epochs
  if (epochs === task.epochs) return task.lead
  return `${task.lead} This is a trial of ${epochs} of ${task.epochs} epochs: its numbers cannot be compared with the expected ones.`
}
