import { join, resolve } from 'node:path'
import { styleText } from 'node:util'
import { count } from '../../numbers.js'
import { comparePaper, comparisonFile } from '../../paper/comparison/compare.js'
import { paperExperiments } from '../../paper/experiments/experiments.js'
import { paperStudy, type PaperStudyInput } from '../../paper/paper-study.js'
import { reportPaper } from '../../paper/report/report-paper.js'
import { plannedPoints } from '../../study/keep-ledger.js'
import { print } from '../output.js'
import { showPoints } from '../sweep/show-points.js'
import { trainStudy, type SweepSettings } from '../sweep/train-study.js'
import { clickablePath } from '../terminal/path.js'
import { comparisonLines } from './comparison-lines.js'

export interface ExperimentOptions extends PaperStudyInput, SweepSettings {
  dryRun: boolean
}

/**
 * Trains an experiment of the paper as a study, and compares it with the published numbers.
 *
 * @param name one of `paperExperiments`
 * @throws the errors of `paperStudy`, `sweep` and `comparePaper`
 */
export async function trainExperiment(name: string, options: ExperimentOptions): Promise<void> {
  const experiment = paperExperiments.find((one) => one.name === name)!
  const { scale, runsFolder, jobs, retry, accept, dryRun } = options
  const settings = { runsFolder, jobs, retry, accept }
  const study = paperStudy(experiment, options)
  const folder = resolve(runsFolder, study.name)
  if (dryRun) {
    const planned = await plannedPoints(study.first, folder, { acceptChanges: accept?.includes('config') ?? false })
    return showPoints(study.second(folder, planned) ?? study.first, folder, accept)
  }
  print(`${styleText('bold', experiment.title)}  ${experiment.shows}`)
  const { finished } = await trainStudy(study.first, settings)
  const second = study.second(folder, finished)
  if (second !== undefined) await trainStudy(second, settings)
  const missing = study.points.length - study.first.points.length - ((second?.points.length ?? 0) - finished.length)
  if (missing > 0) print(`${count(missing, 'point')} not trained: the runs that come before have failed`)
  const comparison = await comparePaper(experiment, scale, folder)
  print(...comparisonLines(comparison), '', `comparison  ${clickablePath(join(folder, comparisonFile))}`)
  print(`report      ${clickablePath(await reportPaper(experiment, folder, comparison))}`)
}
