import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { renderFigure } from '../../figure/render.js'
import { rotationByGroup } from '../../figure/study/rotation-by-group.js'
import { rotationCurves } from '../../figure/study/study-curves.js'
import { studyView } from '../../figure/study/study-view.js'
import { writeFigures } from '../../figure/write-figures.js'
import { studyLayout } from '../../study/ledger.js'
import { openStudy } from '../../study/open-study.js'
import type { Tuning } from '../../tune/tuning.js'

/**
 * Draws the rotation of the short runs, by layer and as means, into the folder of a tuning.
 *
 * @returns the folder of the figures
 * @throws the errors of `openStudy` and `writeFigures`
 */
export async function drawTuning({ folder, setting, epochs, candidates }: Tuning): Promise<string> {
  const study = await openStudy(folder)
  const rows = study.rows.filter(
    ({ values, experiment }) =>
      experiment.epochs === epochs.short &&
      candidates.some(({ value }) => isDeepStrictEqual(value, values[setting] ?? null)),
  )
  const view = studyView({ ...study, rows }, setting)
  const sources = [rotationCurves(view), await rotationByGroup(view)].filter((source) => source !== undefined)
  const into = join(folder, studyLayout.figures)
  await writeFigures(await Promise.all(sources.map(renderFigure)), into)
  return into
}
