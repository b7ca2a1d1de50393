import { openStudy } from '../../study/open-study.js'
import { writeStudyTables } from '../../study/study-tables.js'
import { writeStudyReport } from '../../report/study/write-study-report.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'

/**
 * Writes report, figures and tables of a study, from what its folder has.
 *
 * @param folder the study's folder
 * @param x the axis over which accuracy is drawn
 * @param into the folder for the files, by default the study's
 * @throws the errors of `openStudy` and `writeStudyReport`
 */
export async function reportStudy(folder: string, x?: string, into?: string): Promise<void> {
  const study = await openStudy(folder)
  // The numbers first: they are small, and a disk may be nearly full.
  const { csv } = await writeStudyTables(study, into)
  const report = await writeStudyReport(study, into, { x })
  print(`report    ${clickablePath(report)}`, `table     ${clickablePath(csv)}`)
}
