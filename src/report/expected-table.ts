import { decimals, signed } from '../numbers.js'
import { type Html, html } from './html.js'

/** A number that we measured and the number that others give. */
export interface Comparison {
  ours: number | null
  /** Absent if no number is published. */
  expected?: number
}

/** A measured quantity and how far from the expected number it may lie. */
export interface Quantity {
  title: string
  /** Number of decimals. */
  digits: number
  /** The largest difference from the expected number in either direction, or the smallest value. */
  tolerance: { within: number } | { atLeast: number }
}

export interface ExpectedTable {
  /** Heading of the table. */
  title: string
  /** The source of the expected numbers in one word, the heading of their column: 'published'. */
  source: string
  quantities: readonly Quantity[]
  /** The heading of the rows' labels, such as 'learning rate'. */
  rowTitle: string
  rows: readonly { label: string; comparisons: readonly Comparison[] }[]
  /** The source of the expected numbers, and caveats. */
  note: string
}

/** Returns whether a measured number is within the tolerance; undefined if there is nothing to compare. */
export function asExpected({ tolerance }: Quantity, { ours, expected }: Comparison): boolean | undefined {
  if (ours === null) return undefined
  if ('atLeast' in tolerance) return ours >= tolerance.atLeast
  return expected === undefined ? undefined : Math.abs(ours - expected) <= tolerance.within
}

/** The section that compares our numbers with the expected ones. */
export function expectedTable({ title, source, quantities, rowTitle, rows, note }: ExpectedTable): Html {
  return html`<section aria-labelledby="expected">
    <h2 id="expected">${title}</h2>
    <div class="scroll">
      <table aria-labelledby="expected" aria-describedby="expected-note">
        <thead>
          <tr>
            <td></td>
            ${quantities.map(groupHead)}
          </tr>
          <tr>
            <th scope="col">${rowTitle}</th>
            ${quantities.map(() => columnHeads(source))}
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
    <p class="note" id="expected-note">${note}</p>
  </section>`
}

function groupHead({ title, tolerance }: Quantity): Html {
  const expectation = 'within' in tolerance ? `within ±${tolerance.within}` : `at least ${tolerance.atLeast}`
  return html`<th class="group" colspan="3" scope="colgroup">${title}<small>expected ${expectation}</small></th>`
}

const columnHeads = (source: string) =>
  html`<th class="starts" scope="col">ours</th>
    <th scope="col">${source}</th>
    <th scope="col">difference</th>`

function cells(quantity: Quantity, comparison: Comparison): Html {
  const { ours, expected } = comparison
  const difference = ours === null || expected === undefined ? null : ours - expected
  return html`<td class="starts">${decimals(ours, quantity.digits)}</td>
    <td>${decimals(expected, quantity.digits)}</td>
    <td>${signed(difference, quantity.digits)}${verdict(asExpected(quantity, comparison))}</td>`
}

function verdict(good: boolean | undefined): Html {
  if (good === undefined) return html``
  return good
    ? html` <span class="good" role="img" aria-label="as expected">✓</span>`
    : html` <span class="bad" role="img" aria-label="outside of what is expected">✗</span>`
}
