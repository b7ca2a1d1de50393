import type { Drawable } from '../../figure/print/subjects.js'
import { isMeasurementFolder, openMeasurement } from '../../measure/open-measurement.js'
import { isEarlierReport } from '../../report/earlier-report.js'
import { openRun } from '../../run/open-run.js'
import { isStudyFolder } from '../../study/ledger.js'
import { openStudy } from '../../study/open-study.js'
import { LayerRotationError } from '../../errors.js'

/**
 * Opens folders of runs, of measurements and of a study. What a report leaves behind is passed over: a pattern such as
 * `runs/mnist/*` also matches it.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED; INVALID_CONFIG if nothing else is named
 */
export async function openDrawables(folders: readonly string[]): Promise<Drawable[]> {
  const drawables: Drawable[] = []
  for (const folder of folders) {
    if (await isStudyFolder(folder)) drawables.push(await openStudy(folder))
    else if (await isMeasurementFolder(folder)) drawables.push(await openMeasurement(folder))
    else if (!(await isEarlierReport(folder))) drawables.push(await openRun(folder))
  }
  if (drawables.length > 0) return drawables
  throw new LayerRotationError('INVALID_CONFIG', 'these are earlier reports; name at least one run folder')
}
