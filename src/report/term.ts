import { type Html, html } from './html.js'

/** An entry of a description list, with each distinct text on its own line. */
export function term(title: string, texts: readonly string[]): Html {
  return html`<dt>${title}</dt>
    <dd>${[...new Set(texts)].map((text) => html`<div>${text}</div>`)}</dd> `
}
