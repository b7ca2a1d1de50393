import { type Html, html } from './html.js'

/** An entry of a description list: each distinct text on a line of its own. */
export function term(title: string, texts: readonly string[]): Html {
  return html`<dt>${title}</dt>
    <dd>${[...new Set(texts)].map((text) => html`<div>${text}</div>`)}</dd> `
}
