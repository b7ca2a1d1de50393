import { type Html, html } from '../html.js'

/** Numbers of trainings beside published ones, in words. */
export interface ComparisonTable {
  /** The quantity with its unit. */
  title: string
  /** Headings of the columns that name the training, and of those with numbers. */
  names: readonly string[]
  numbers: readonly string[]
  rows: readonly ComparisonTableRow[]
}

interface ComparisonTableRow {
  names: readonly string[]
  numbers: readonly string[]
  /** True if an effect has the published sign; null where that is not known, absent where it is not asked. */
  sameSign?: boolean | null
}

/** The section with the comparison tables, one for each quantity. @param notes paragraphs below them */
export function comparisonSection(tables: readonly ComparisonTable[], notes: readonly string[]): Html {
  return html`<section aria-labelledby="comparison">
    <h2 id="comparison">Against the published numbers</h2>
    ${tables.map(comparisonTable)} ${notes.map((note) => html`<p class="note">${note}</p> `)}
  </section>`
}

function comparisonTable({ title, names, numbers, rows }: ComparisonTable, index: number): Html {
  const id = `comparison-${index + 1}`
  const hasSigns = rows.some(({ sameSign }) => sameSign !== undefined)
  return html`<h3 id="${id}">${title}</h3>
    <div class="scroll">
      <table aria-labelledby="${id}">
        <thead>
          <tr>
            ${names.map((name) => html`<th class="name" scope="col">${name}</th>`)}
            ${numbers.map((name) => html`<th scope="col">${name}</th>`)}
            ${hasSigns ? html`<th scope="col">same sign</th>` : ''}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => line(row, hasSigns))}
        </tbody>
      </table>
    </div> `
}

const line = ({ names, numbers, sameSign = null }: ComparisonTableRow, hasSigns: boolean): Html =>
  html`<tr>
    ${names.map((name) => html`<td class="name">${name}</td>`)} ${numbers.map((number) => html`<td>${number}</td>`)}
    ${hasSigns ? html`<td>${signText(sameSign)}</td>` : ''}
  </tr> `

function signText(sameSign: boolean | null): Html {
  if (sameSign === null) return html`–`
  return sameSign ? html`<span class="good">yes</span>` : html`<span class="bad">no</span>`
}
