import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { count } from '../../numbers.js'
import type { PaperExperiment } from '../../paper/experiments/experiment.js'
import { paperExperiments } from '../../paper/experiments/experiments.js'
import { paperStudy, type PaperStudy, type PaperStudyInput } from '../../paper/paper-study.js'
import { plannedPoints } from '../../study/keep-ledger.js'
import { isFinishedRun } from '../../study/finished-run.js'
import type { LedgerPoint } from '../../study/ledger.js'
import { print } from '../output.js'
import { showPoints } from '../sweep/show-points.js'
import { submitStudy } from '../sweep/submit-study.js'
import { trainStudy, type SweepSettings } from '../sweep/train-study.js'
import { compareExperiment } from './compare-experiment.js'

export interface ExperimentOptions extends PaperStudyInput, SweepSettings {
  dryRun: boolean
  /** Submits to Slurm, with these options of sbatch, instead of training here. */
  slurm: { options: string | undefined } | undefined
}

/** Finds an experiment of the paper by its name, one of `paperExperiments`. */
export const experimentNamed = (name: string): PaperExperiment => paperExperiments.find((one) => one.name === name)!

/**
 * Trains an experiment of the paper as a study, and compares it with the published numbers.
 *
 * @throws the errors of `paperStudy`, `sweep`, `submit` and `comparePaper`
 */
export async function trainExperiment(experiment: PaperExperiment, options: ExperimentOptions): Promise<void> {
  const { runsFolder, jobs, retry, accept, slurm, dryRun } = options
  const settings = { runsFolder, jobs, retry, accept }
  const study = paperStudy(experiment, options)
  const folder = resolve(runsFolder, study.name)
  const planned = () => plannedPoints(study.first, folder, { acceptChanges: accept?.includes('config') ?? false })
  if (slurm !== undefined) {
    const submitted = { ...settings, slurm: slurm.options, dryRun }
    await submitStudy(study.first, submitted)
    const finished = await finishedPoints(await planned(), folder)
    const second = study.second(folder, finished)
    if (second !== undefined) await submitStudy(second, submitted)
    const waiting = waitingPoints(study, finished, second)
    if (waiting > 0)
      print(`waiting   ${count(waiting, 'point')}: the same command submits them once the others have finished`)
    return
  }
  if (dryRun) return showPoints(study.second(folder, await planned()) ?? study.first, folder, accept)
  print(`${styleText('bold', experiment.title)}  ${experiment.shows}`)
  const { finished } = await trainStudy(study.first, settings)
  const second = study.second(folder, finished)
  if (second !== undefined) await trainStudy(second, settings)
  const missing = waitingPoints(study, finished, second)
  if (missing > 0) print(`${count(missing, 'point')} not trained: the runs that come before have failed`)
  await compareExperiment(folder)
}

async function finishedPoints(points: readonly LedgerPoint[], folder: string): Promise<LedgerPoint[]> {
  const finished: LedgerPoint[] = []
  for (const point of points) {
    if (await isFinishedRun(folder, point)) finished.push(point)
  }
  return finished
}

/** The number of points whose predecessors have not finished. */
const waitingPoints = (
  { points, first }: PaperStudy,
  finished: readonly LedgerPoint[],
  second: PaperStudy['first'] | undefined,
): number => points.length - first.points.length - ((second?.points.length ?? finished.length) - finished.length)
