import type { CheckpointSeries } from '../../measure/series-measurement.js'
import { count } from '../../numbers.js'
import { type Html, html } from '../html.js'
import { mostTableRows, restOf } from '../study/table-rows.js'

/** The section with the sentences about what does not fit together. */
export function noteSection(notes: readonly string[]): Html {
  if (notes.length === 0) return html``
  return html`<section aria-labelledby="notes">
    <h2 id="notes">Notes</h2>
    <ul class="paths">
      ${notes.slice(0, mostTableRows).map((note) => html`<li>${note}</li> `)}
    </ul>
    ${notes.length > mostTableRows ? html`<p class="note">${restOf(notes.length)}</p>` : ''}
  </section>`
}

/** The list of the checkpoints, folded. */
export function checkpointList({ checkpoints, hasSteps }: CheckpointSeries): Html {
  const rows = checkpoints.slice(0, mostTableRows).map(
    ({ path, step }) =>
      html`<tr>
        <th scope="row">${count(step)}</th>
        <td class="name text">${path}</td>
      </tr> `,
  )
  return html`<section aria-labelledby="checkpoints">
    <h2 id="checkpoints">Checkpoints</h2>
    <details>
      <summary>${count(checkpoints.length, 'checkpoint')}</summary>
      <table aria-labelledby="checkpoints">
        <thead>
          <tr>
            <th scope="col">${hasSteps ? 'step' : 'place'}</th>
            <th class="name" scope="col">path</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      <p class="note">${restOf(checkpoints.length)}</p>
    </details>
  </section>`
}
