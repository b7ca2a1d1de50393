import type { Figure } from '../../figure/figure.js'
import { count } from '../../numbers.js'
import { selectByValidation } from '../../study/selection.js'
import { seedAxis, studyAxes, sweptAxes, type StudyAxis } from '../../study/study-axes.js'
import { studyGroups } from '../../study/study-groups.js'
import type { Study } from '../../study/study-row.js'
import { description } from '../description.js'
import { studyEnvironment } from '../environment.js'
import { type Html, html } from '../html.js'
import { groupTable } from './group-table.js'
import { notices } from './notices.js'
import { runList } from './run-list.js'
import { selectionTable } from './selection-table.js'
import { studyFigures } from './study-figures.js'

/** The parts of a report on a study. */
export interface StudySections {
  /** The size of the study: `36 runs along learning rate (6 values), optimizer (2 values) and seed (3 values).` */
  lead: string
  /** The runs that have not finished, and those that failed and why. */
  notices: Html
  description: Html
  /** The numbers of each group of runs, and the values that validation selects. */
  results: Html
  figures: Figure[]
  runs: Html
  environment: Html
}

/**
 * Makes the parts of a report.
 *
 * @param folder the absolute path of the report's folder
 * @param x the axis that comes first
 */
export async function studySections(study: Study, folder: string, x?: string): Promise<StudySections> {
  const axes = sweptAxes(study)
  const differing = studyAxes(study).filter(({ values }) => values.length > 1)
  const environments = study.rows.flatMap(({ environment }) => environment ?? [])
  return {
    lead: leadOf(study, differing),
    notices: notices(study, differing),
    description: description(study.rows.map(({ experiment }) => experiment)),
    results: html`${groupTable(studyGroups(study), axes)} ${selectionTable(selectByValidation(study), axes)}`,
    figures: await studyFigures(study, x),
    runs: runList(study, differing, folder),
    environment: environments.length > 0 ? studyEnvironment(environments) : html``,
  }
}

function leadOf({ rows }: Study, axes: readonly StudyAxis[]): string {
  const order = [...axes].sort((a, b) => Number(a.name === seedAxis) - Number(b.name === seedAxis))
  const texts = order.map(({ title, values }) => `${title} (${count(values.length, 'value')})`)
  const along = texts.length > 1 ? `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)!}` : (texts[0] ?? '')
  return `${count(rows.length, 'run')}${along === '' ? '' : ` along ${along}`}.`
}
