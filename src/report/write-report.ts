import { join, resolve } from 'node:path'
import type { RotationByRunOptions } from '../figure/rotation-by-run-options.js'
import { labelRuns } from '../figure/run-labels.js'
import { inOrder } from '../figure/series.js'
import { writeFigures } from '../figure/write-figures.js'
import { LayerRotationError } from '../errors.js'
import { layout } from '../run/layout.js'
import { runName, type Run } from '../run/open-run.js'
import { writeWhole } from '../files/write.js'
import { count } from '../numbers.js'
import { requireReportArguments } from './arguments.js'
import { configs } from './configs.js'
import { description } from './description.js'
import { environment } from './environment.js'
import { expectedTable, type ExpectedTable } from './expected-table.js'
import { figureSection } from './figure-section.js'
import { reportFigures } from './figures.js'
import { type Html, html } from './html.js'
import { page } from './page.js'
import { recordedInPyTorch } from './recorded-in-pytorch.js'
import { resultsTable } from './results-table.js'

export interface ReportOptions {
  /** Heading of the page; by default the names of the experiments. */
  title?: string
  /** A paragraph below the heading. */
  lead?: string
  /** A comparison of our numbers with those of others. */
  expected?: ExpectedTable
  /** Options of the figure that compares the runs' rotation, which shows the mean over all layers by default. */
  comparison?: RotationByRunOptions
}

/**
 * Writes `report.html`, a self-contained file, and `figures/<name>.svg` and `.png` into a folder. It replaces the files of an
 * earlier report one by one, each atomically. The runs may still be running.
 *
 * @param into the folder, relative to the present working directory, which is '.'
 * @returns the absolute path of report.html
 * @throws {LayerRotationError} INVALID_CONFIG without runs and for arguments of other types; WRITE_FAILED; MISSING_FILE or INVALID_FILE for damaged weights;
 *   INVALID_FILE if figures is a link
 */
export async function writeReport(runs: readonly Run[], into: string, options: ReportOptions = {}): Promise<string> {
  requireReportArguments(runs, into, options)
  if (runs.length === 0)
    throw new LayerRotationError('INVALID_CONFIG', 'no runs to report on; name at least one run folder')
  const { title = defaultTitle(runs), lead, expected, comparison = {} } = options
  const folder = resolve(into) // stays the same if the program changes its working directory
  const naming = labelRuns(runs)
  const figures = await reportFigures(runs, comparison)
  await writeFigures(figures, join(folder, 'figures'))
  const text = page(title, [
    html`<header>
      <h1>${title}</h1>
      ${lead === undefined ? '' : html`<p class="lead">${lead}</p> `}${inOrder(runs, naming).map(notice)}
    </header> `,
    description(inOrder(runs, naming).flatMap(({ run }) => run.config ?? [])),
    recordedInPyTorch(inOrder(runs, naming)),
    expected ? expectedTable(expected) : html``,
    resultsTable(runs, naming),
    figureSection(figures),
    environment(runs, naming),
    configs(runs, naming, folder),
    html`<footer>
      ${runs.length === 1 ? 'Drawn' : 'All drawn'} from the files of the run ${runs.length === 1 ? 'folder' : 'folders'}
      alone; figures/ holds each figure as SVG and PNG.
    </footer>`,
  ])
  const path = join(folder, layout.report)
  await writeWhole(path, text)
  return path
}

function defaultTitle(runs: readonly Run[]): string {
  return [...new Set(runs.map(runName))].join(', ')
}

/** A notice for a run that did not reach its last epoch, and one for each of its warnings. */
function notice({ run, label }: { run: Run; label: string }): Html {
  const { status, reason, warnings = [] } = run.status
  const warned = warnings.map((warning) => html`<p class="notice"><strong>${label}</strong> ${warning}</p> `)
  if (status === 'finished' && reason === undefined) return html`${warned}`
  const what = run.stale ? 'ended without giving a reason' : status === 'running' ? 'is still running' : verbs[status]
  const why = reason ? `: ${reason}` : ''
  return html`<p class="notice"><strong>${label}</strong> ${what} after ${done(run)}${why}</p>
    ${warned} `
}

function done({ config, status, rotation }: Run): string {
  if (config !== undefined) return `${count(status.epoch)} of ${config.epochs} epochs`
  return count(rotation.epochs.at(-1) ?? 0, rotation.unit)
}

const verbs = { finished: 'finished', interrupted: 'was interrupted', failed: 'failed' }
