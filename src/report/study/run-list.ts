import { relative, resolve, sep } from 'node:path'
import { cosineDistance, count, percentOf } from '../../numbers.js'
import { labelOf, type StudyAxis } from '../../study/study-axes.js'
import type { Study, StudyRow } from '../../study/study-row.js'
import { type Html, html } from '../html.js'
import { mostTableRows, restOf } from './table-rows.js'

/**
 * The section with all runs: their state, their numbers and the way to their folder.
 *
 * @param axes those along which the runs differ, seeds included
 * @param into the folder of the report
 */
export function runList(study: Study, axes: readonly StudyAxis[], into: string): Html {
  return html`<section aria-labelledby="runs">
    <h2 id="runs">Runs</h2>
    <div class="scroll">
      <table aria-labelledby="runs" aria-describedby="runs-note">
        <thead>
          <tr>
            ${axes.map(({ title }) => html`<th class="name" scope="col">${title}</th>`)}
            <th class="name" scope="col">state</th>
            <th scope="col">epochs</th>
            <th scope="col">test (%)</th>
            <th scope="col">rotation</th>
            <th class="name" scope="col">folder</th>
            <th class="name" scope="col">remark</th>
          </tr>
        </thead>
        <tbody>
          ${study.rows.slice(0, mostTableRows).map((row) => line(row, axes, hrefOf(study, row, into)))}
        </tbody>
      </table>
    </div>
    <p class="note" id="runs-note">
      Test accuracy and mean rotation are the last ones that a run has recorded. ${restOf(study.rows.length)}
    </p>
  </section>`
}

function line(row: StudyRow, axes: readonly StudyAxis[], href: string): Html {
  const { state, experiment, epochs, testAccuracy, meanRotation, folder, reason, warnings } = row
  const remarks = [...(reason === null ? [] : [reason]), ...warnings]
  return html`<tr>
    ${axes.map((axis) => html`<td class="name">${labelOf(axis, row)}</td>`)}
    <td class="name">${stateWords[state]}</td>
    <td>${count(epochs)} of ${count(experiment.epochs)}</td>
    <td>${percentOf(testAccuracy)}</td>
    <td>${cosineDistance(meanRotation)}</td>
    <td class="name">${state === 'new' ? '–' : html`<a href="${href}">${folder}</a>`}</td>
    <td class="name text">${remarks.join('; ')}</td>
  </tr> `
}

/** The address of a run's folder, relative to that of the report. */
function hrefOf(study: Study, { folder }: StudyRow, into: string): string {
  const path = relative(into, resolve(study.folder, folder))
  return `${path.split(sep).map(encodeURIComponent).join('/')}/`
}

/** The state of a run in words. */
export const stateWords: Record<StudyRow['state'], string> = {
  new: 'not begun',
  running: 'running',
  interrupted: 'interrupted',
  failed: 'failed',
  finished: 'finished',
  unreadable: 'unreadable',
}
