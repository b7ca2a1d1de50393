import { count, percentOf, plusMinus } from '../../numbers.js'
import type { Selection } from '../../study/selection.js'
import { labelOf, pointLabel, type StudyAxis } from '../../study/study-axes.js'
import { type Html, html } from '../html.js'
import { mostTableRows, restOf } from './table-rows.js'

/** The section with the value on each axis that has the best validation accuracy; empty without validation. */
export function selectionTable(selections: readonly Selection[], axes: readonly StudyAxis[]): Html {
  const compared = selections.filter(({ of }) => of > 1)
  if (compared.length === 0) return html``
  return html`<section aria-labelledby="selection">
    <h2 id="selection">Selected by validation accuracy</h2>
    <div class="scroll">
      <table aria-labelledby="selection" aria-describedby="selection-note">
        <thead>
          <tr>
            <th scope="col">axis</th>
            <th class="name" scope="col">with</th>
            <th class="name" scope="col">best value</th>
            <th scope="col">of</th>
            <th class="starts" scope="col">validation (%)</th>
            <th scope="col">test (%)</th>
            <th scope="col">n</th>
          </tr>
        </thead>
        <tbody>
          ${compared.slice(0, mostTableRows).map((selection) => row(selection, axes))}
        </tbody>
      </table>
    </div>
    <p class="note" id="selection-note">
      For each axis the value whose finished runs have the largest mean validation accuracy, each after its best epoch;
      the test accuracy is that after the same epochs, mean ± sample standard deviation over the seeds.
      ${restOf(compared.length)}
    </p>
  </section>`
}

function row({ axis: name, of, group }: Selection, axes: readonly StudyAxis[]): Html {
  const axis = axes.find((axis) => axis.name === name)!
  const { bestValAccuracy, bestTestAccuracy } = group.summaries
  const others = axes.filter((other) => other !== axis)
  return html`<tr>
    <th scope="row">${axis.title}</th>
    <td class="name">${others.length === 0 ? '–' : pointLabel(others, group)}</td>
    <td class="name">${labelOf(axis, group)}</td>
    <td>${count(of)}</td>
    <td class="starts">${plusMinus(bestValAccuracy, percentOf)}</td>
    <td>${plusMinus(bestTestAccuracy, percentOf)}</td>
    <td>${count(bestValAccuracy!.n)}</td>
  </tr> `
}
