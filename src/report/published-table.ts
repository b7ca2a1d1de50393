import { decimals, signed } from './format.js'
import { type Html, html } from './html.js'

/** What was measured here and what the paper gives. */
export interface Comparison {
  ours: number | null
  /** Absent where the paper gives no number. */
  published?: number
}

/** A measured quantity and how far from the published number it may lie. */
export interface Quantity {
  title: string
  /** Decimals that are shown. */
  digits: number
  /** Largest difference to the published number either way, or the smallest value that is expected. */
  expected: { within: number } | { atLeast: number }
}

export interface PublishedTable {
  quantities: readonly Quantity[]
  /** What the rows' labels are, e.g. 'learning rate'. */
  rowTitle: string
  rows: readonly { label: string; comparisons: readonly Comparison[] }[]
  /** Where the published numbers come from, what to keep in mind. */
  note: string
}

/** Whether a measured number lies where it is expected; undefined where there is nothing to compare. */
export function asExpected({ expected }: Quantity, { ours, published }: Comparison): boolean | undefined {
  if (ours === null) return undefined
  if ('atLeast' in expected) return ours >= expected.atLeast
  return published === undefined ? undefined : Math.abs(ours - published) <= expected.within
}

export function publishedTable({ quantities, rowTitle, rows, note }: PublishedTable): Html {
  return html`<section aria-labelledby="published">
    <h2 id="published">Against the published numbers</h2>
    <div class="scroll">
      <table aria-labelledby="published" aria-describedby="published-note">
        <thead>
          <tr>
            <td></td>
            ${quantities.map(groupHead)}
          </tr>
          <tr>
            <th scope="col">${rowTitle}</th>
            ${quantities.map(() => columnHeads)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ label, comparisons }) =>
              html`<tr>
                <th scope="row">${label}</th>
                ${quantities.map((quantity, i) => cells(quantity, comparisons[i] ?? { ours: null }))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    <p class="note" id="published-note">${note}</p>
  </section>`
}

function groupHead({ title, expected }: Quantity): Html {
  const expectation = 'within' in expected ? `within ±${expected.within}` : `at least ${expected.atLeast}`
  return html`<th class="group" colspan="3" scope="colgroup">${title}<small>expected ${expectation}</small></th>`
}

const columnHeads = html`<th class="starts" scope="col">ours</th>
  <th scope="col">published</th>
  <th scope="col">difference</th>`

function cells(quantity: Quantity, comparison: Comparison): Html {
  const { ours, published } = comparison
  const difference = ours === null || published === undefined ? null : ours - published
  return html`<td class="starts">${decimals(ours, quantity.digits)}</td>
    <td>${decimals(published, quantity.digits)}</td>
    <td>${signed(difference, quantity.digits)}${verdict(asExpected(quantity, comparison))}</td>`
}

function verdict(good: boolean | undefined): Html {
  if (good === undefined) return html``
  return good
    ? html` <span class="good" role="img" aria-label="as expected">✓</span>`
    : html` <span class="bad" role="img" aria-label="outside of what is expected">✗</span>`
}
