import { join } from 'node:path'
import { styleText } from 'node:util'
import { comparePaper, comparisonFile } from '../../paper/comparison/compare.js'
import { reportPaper } from '../../paper/report/report-paper.js'
import { experimentOfStudy } from '../../paper/study-names.js'
import { openStudy } from '../../study/open-study.js'
import { readLedger } from '../../study/ledger.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'
import { comparisonLines } from './comparison-lines.js'

/**
 * Compares the finished runs of an experiment of the paper with the published numbers, and writes its report, as far as it is
 * trained.
 *
 * @param folder the study's folder
 * @throws {LayerRotationError} INVALID_CONFIG if it is no study of the paper, and the errors of `comparePaper` and
 *   `reportPaper`
 */
export async function compareExperiment(folder: string): Promise<void> {
  const { experiment, scale } = experimentOfStudy((await readLedger(folder)).name, folder)
  const comparison = await comparePaper(experiment, scale, folder)
  print(...comparisonLines(comparison), '', `comparison  ${clickablePath(join(folder, comparisonFile))}`)
  const study = await openStudy(folder)
  for (const row of study.rows)
    if (row.state === 'unreadable') print(`${styleText('red', 'unreadable')}  ${row.reason ?? row.folder}`)
  print(`report      ${clickablePath(await reportPaper(experiment, study, comparison))}`)
}
