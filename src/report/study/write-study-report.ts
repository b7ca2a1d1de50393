import { requireStudy } from '../../study/require-study.js'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { writeFigures } from '../../figure/write-figures.js'
import { writeWhole } from '../../files/write.js'
import { studyLayout } from '../../study/ledger.js'
import type { Study } from '../../study/study-row.js'
import { suggestion } from '../../validation/nearest.js'
import { requireOptions } from '../../validation/options.js'
import { requirePath } from '../../validation/path.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { figureSection } from '../figure-section.js'
import { html } from '../html.js'
import { page } from '../page.js'
import { studySections } from './study-sections.js'

export interface StudyReportOptions {
  /**
   * The axis over which accuracy is drawn and by which other figures are coloured; by default the axis of numbers with most
   * values. The seeds' axis can be the first of these only.
   */
  x?: string | undefined
}

/**
 * Writes `report.html`, a self-contained file, and `figures/<name>.svg` and `.png` on a study, of which any part may be finished.
 * It replaces the files of an earlier report one by one, each atomically.
 *
 * @param study a study as `openStudy` reads it
 * @param into the folder, by default the study's
 * @returns the absolute path of report.html
 * @throws {LayerRotationError} INVALID_CONFIG for an axis that the study does not have; WRITE_FAILED; INVALID_FILE if figures is a
 *   link
 */
export async function writeStudyReport(
  study: Study,
  into: string = study.folder,
  options: StudyReportOptions = {},
): Promise<string> {
  requireStudy(study, 'writeStudyReport')
  requirePath(into, 'writeStudyReport', 'into')
  requireOptions(options, 'writeStudyReport')
  const { x } = validate(strictObject({ x: z.string().optional() }), options, 'writeStudyReport')
  requireAxis(study, x)
  const folder = resolve(into) // stays the same if the program changes its working directory
  const { lead, notices, description, results, figures, runs, environment } = await studySections(study, folder, x)
  await writeFigures(figures, join(folder, studyLayout.figures))
  const text = page(study.name, [
    html`<header>
      <h1>${study.name}</h1>
      <p class="lead">${lead}</p>
      ${notices}
    </header> `,
    description,
    results,
    figureSection(figures),
    runs,
    environment,
    html`<footer>All drawn from the folders of the runs alone; figures/ holds each figure as SVG and PNG.</footer>`,
  ])
  const path = join(folder, studyLayout.report)
  await writeWhole(path, text)
  return path
}

function requireAxis({ axes, name }: Study, x: string | undefined): void {
  if (x === undefined || axes.includes(x)) return
  const message = `the study ${name} has no axis ${JSON.stringify(x)}${suggestion(x, axes)}`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
