import { requireStudy } from '../../study/require-study.js'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { writeFigures } from '../../figure/write-figures.js'
import { writeWhole } from '../../files/write.js'
import { count } from '../../numbers.js'
import { studyLayout } from '../../study/ledger.js'
import { selectByValidation } from '../../study/selection.js'
import { seedAxis, studyAxes, sweptAxes, type StudyAxis } from '../../study/study-axes.js'
import { studyGroups } from '../../study/study-groups.js'
import type { Study } from '../../study/study-row.js'
import { suggestion } from '../../validation/nearest.js'
import { requireOptions } from '../../validation/options.js'
import { requirePath } from '../../validation/path.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { description } from '../description.js'
import { studyEnvironment } from '../environment.js'
import { figureSection } from '../figure-section.js'
import { html } from '../html.js'
import { page } from '../page.js'
import { groupTable } from './group-table.js'
import { notices } from './notices.js'
import { runList } from './run-list.js'
import { selectionTable } from './selection-table.js'
import { studyFigures } from './study-figures.js'

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
  const axes = sweptAxes(study)
  const figures = await studyFigures(study, x)
  await writeFigures(figures, join(folder, studyLayout.figures))
  const differing = studyAxes(study).filter(({ values }) => values.length > 1)
  const environments = study.rows.flatMap(({ environment }) => environment ?? [])
  const text = page(study.name, [
    html`<header>
      <h1>${study.name}</h1>
      <p class="lead">${leadOf(study, differing)}</p>
      ${notices(study, differing)}
    </header> `,
    description(study.rows.map(({ experiment }) => experiment)),
    groupTable(studyGroups(study), axes),
    selectionTable(selectByValidation(study), axes),
    figureSection(figures),
    runList(study, differing, folder),
    environments.length > 0 ? studyEnvironment(environments) : html``,
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

/** The size of a study: `36 runs along learning rate (6 values), optimizer (2 values) and seed (3 values).` */
function leadOf({ rows }: Study, axes: readonly StudyAxis[]): string {
  const order = [...axes].sort((a, b) => Number(a.name === seedAxis) - Number(b.name === seedAxis))
  const texts = order.map(({ title, values }) => `${title} (${count(values.length, 'value')})`)
  const along = texts.length > 1 ? `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)!}` : (texts[0] ?? '')
  return `${count(rows.length, 'run')}${along === '' ? '' : ` along ${along}`}.`
}
