import { join, resolve } from 'node:path'
import { z } from 'zod'
import { experimentSchema } from '../experiment/config.js'
import { writeReport } from '../report/write-report.js'
import { openTrainedRun, type TrainedRun } from '../run/open-run.js'
import { json } from '../files/json.js'
import { writeWhole } from '../files/write.js'
import { LayerRotationError } from '../errors.js'
import { keepLedger } from '../study/keep-ledger.js'
import { runFolder } from '../study/ledger.js'
import { validateStudy } from '../study/study.js'
import type { StudyConfig } from '../study/study-config.js'
import { trainPoint } from '../sweep/train-point.js'
import { differenceNames, type Difference } from '../train/differences.js'
import { trainSchema } from '../train/options.js'
import type { TrainOptions } from '../train/train.js'
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
  /** Differences from before an interruption that are allowed. */
  accept?: readonly Difference[] | undefined
  /** Called before each training, also before one that has finished in an earlier call; it waits for a promise that this returns. */
  onTraining?: ((turn: PaperTurn) => unknown) | undefined
  /** Called after each training, once the summary and the report include it; the next one waits for its promise. */
  onTrained?: ((turn: PaperTurn, run: TrainedRun, row: PaperRow) => unknown) | undefined
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
  accept: z.array(z.enum(differenceNames)).optional(),
  onTraining: listener,
  onTrained: listener,
})

/**
 * Repeats an experiment of the paper (arXiv 1806.01603v2): trains each of its configurations in turn, as the points of the study
 * `<runsFolder>/paper-<task>`, and compares them with the expected numbers in summary.json, report.html and figures/ there. These
 * are rewritten after each training with the trainings of this call that have finished. The same call again passes over what has
 * finished and resumes what was interrupted or failed; trainings with another seed or number of epochs are added.
 *
 *     await repeatPaper('mnist')   // the perceptron on MNIST at four learning rates
 *
 * @throws {LayerRotationError} the errors of `train` and `resume`; RUN_LOCKED if another process trains one of them; the summary
 *   keeps the trainings that have finished
 */
export async function repeatPaper(name: PaperTaskName, options: PaperOptions = {}): Promise<PaperResult> {
  validate(z.object({ name: z.enum(Object.keys(paperTasks) as PaperTaskName[]) }), { name }, 'repeatPaper')
  requireOptions(options, 'repeatPaper')
  validate(optionsSchema, options, 'options of repeatPaper')
  const { runsFolder = 'runs', signal, accept, onTraining, onTrained, ...listeners } = options
  const { onStart, onProgress, onEpochEnd } = listeners
  const task = paperTasks[name]
  const trainings = task.trainings(options)
  const folder = resolve(runsFolder, `paper-${name}`)
  const points = await keepLedger(studyOf(`paper-${name}`, trainings), folder, { signal })
  const finished: TrainedRun[] = []
  const summary: PaperSummary = { rows: [] }
  let report = ''
  for (const [index, training] of trainings.entries()) {
    const turn = { ...training, index, count: trainings.length }
    const point = points[index]!
    await onTraining?.(turn)
    const { end } = await trainPoint(folder, point, { retry: true, signal, accept, onStart, onProgress, onEpochEnd })
    const path = runFolder(folder, point)
    if (end !== 'finished') {
      const message = `${path} is trained by another process; the same call goes on once that has ended`
      throw new LayerRotationError('RUN_LOCKED', message)
    }
    const run = await openTrainedRun(path)
    const row = paperRow(run, training)
    finished.push(run)
    summary.rows.push(row)
    report = await writeResults(task, folder, finished, trainings, summary)
    await onTrained?.(turn, run, row)
  }
  return { folder, summary, report }
}

function studyOf(name: string, trainings: readonly PaperTraining[]): StudyConfig {
  const points = trainings.map(({ values, config }) => ({ values, experiment: config }))
  return validateStudy({ name, base: null, axes: Object.keys(points[0]!.values), points }, name)
}

async function writeResults(
  task: PaperTask,
  folder: string,
  runs: readonly TrainedRun[],
  trainings: readonly PaperTraining[],
  summary: PaperSummary,
): Promise<string> {
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

function lead(task: PaperTask, [first]: readonly TrainedRun[]): string {
  const epochs = first?.config.epochs ?? task.epochs
  if (epochs === task.epochs) return task.lead
  return `${task.lead} This is a trial of ${epochs} of ${task.epochs} epochs: its numbers cannot be compared with the expected ones.`
}
