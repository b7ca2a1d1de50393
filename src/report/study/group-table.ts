import { cosineDistance, count, duration, percentOf, plusMinus, significant } from '../../numbers.js'
import { labelOf, type StudyAxis } from '../../study/study-axes.js'
import { isFinished, type StudyGroup } from '../../study/study-groups.js'
import { type Html, html } from '../html.js'
import { mostTableRows, restOf } from './table-rows.js'

/** The section with the numbers of each group of runs that differ by their seed only. */
export function groupTable(groups: readonly StudyGroup[], axes: readonly StudyAxis[]): Html {
  const hasBest = groups.some(({ summaries }) => summaries.bestValAccuracy !== null)
  return html`<section aria-labelledby="results">
    <h2 id="results">Results</h2>
    <div class="scroll">
      <table aria-labelledby="results" aria-describedby="results-note">
        <thead>
          <tr>
            ${axes.map(() => html`<td></td>`)}
            <td></td>
            <th class="group" colspan="2" scope="colgroup">accuracy (%)</th>
            <th class="group" colspan="2" scope="colgroup">loss</th>
            <th class="group" colspan="3" scope="colgroup">rotation</th>
            ${hasBest ? html`<th class="group" colspan="2" scope="colgroup">best on validation (%)</th>` : ''}
            <td></td>
          </tr>
          <tr>
            ${axes.map(({ title }) => html`<th class="name" scope="col">${title}</th>`)}
            <th scope="col">n</th>
            <th class="starts" scope="col">test</th>
            <th scope="col">train</th>
            <th class="starts" scope="col">test</th>
            <th scope="col">train</th>
            <th class="starts" scope="col">mean</th>
            <th scope="col">first layer</th>
            <th scope="col">last layer</th>
            ${
              hasBest
                ? html`<th class="starts" scope="col">validation</th>
                    <th scope="col">test</th>`
                : ''
            }
            <th class="starts" scope="col">time</th>
          </tr>
        </thead>
        <tbody>
          ${groups.slice(0, mostTableRows).map((group) => row(group, axes, hasBest))}
        </tbody>
      </table>
    </div>
    <p class="note" id="results-note">
      After the last epoch: the mean of the n finished runs that differ by their seed only, ± the sample standard
      deviation. Training values are means over the epoch in training mode, test values are measured after it. Rotation
      is the cosine distance to the initial weights; the mean is that over the layers.
      ${hasBest ? 'Best on validation is the first epoch of each run with its largest validation accuracy.' : ''}
      ${restOf(groups.length)}
    </p>
  </section>`
}

function row(group: StudyGroup, axes: readonly StudyAxis[], hasBest: boolean): Html {
  const { rows, summaries } = group
  const finished = rows.filter(isFinished).length
  return html`<tr>
    ${axes.map((axis) => html`<td class="name">${labelOf(axis, group)}</td>`)}
    <td>${finished === rows.length ? count(finished) : `${count(finished)} of ${count(rows.length)}`}</td>
    <td class="starts">${plusMinus(summaries.testAccuracy, percentOf)}</td>
    <td>${plusMinus(summaries.trainAccuracy, percentOf)}</td>
    <td class="starts">${plusMinus(summaries.testLoss, significant)}</td>
    <td>${plusMinus(summaries.trainLoss, significant)}</td>
    <td class="starts">${plusMinus(summaries.meanRotation, cosineDistance)}</td>
    <td>${plusMinus(summaries.firstRotation, cosineDistance)}</td>
    <td>${plusMinus(summaries.lastRotation, cosineDistance)}</td>
    ${
      hasBest
        ? html`<td class="starts">${plusMinus(summaries.bestValAccuracy, percentOf)}</td>
            <td>${plusMinus(summaries.bestTestAccuracy, percentOf)}</td>`
        : ''
    }
    <td class="starts">${summaries.seconds === null ? '–' : duration(summaries.seconds.mean)}</td>
  </tr> `
}
