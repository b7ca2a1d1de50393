import { count } from '../numbers.js'
import { type Html, html } from './html.js'

/** The most lines of an entry; those of hundreds of runs would push the results off the screen. */
const mostLines = 12

/** An entry of a description list, with each distinct text on its own line. */
export function term(title: string, texts: readonly string[]): Html {
  const distinct = [...new Set(texts)]
  const shown = distinct.length > mostLines ? distinct.slice(0, mostLines - 1) : distinct
  const lines = shown.map((text) => html`<div>${text}</div>`)
  const rest = distinct.length - shown.length
  return html`<dt>${title}</dt>
    <dd>${lines}${rest > 0 ? html`<div class="quiet">and ${count(rest)} more</div>` : ''}</dd> `
}
