import type { Figure } from '../figure/figure.js'
import { columnWidth } from '../figure/theme.js'
import { Html, html } from './html.js'

/**
 * The section of the figures with their captions; figures of a column's width stand side by side.
 *
 * @param id the heading's id, another one for each section of a page
 */
export function figureSection(figures: readonly Figure[], title = 'Figures', id = 'figures'): Html {
  if (figures.length === 0) return html``
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <div class="figures">${figures.map(card)}</div>
  </section>`
}

function card({ svg, caption }: Figure): Html {
  const width = Number(/ width="([\d.]+)"/.exec(svg)?.[1])
  return html`<figure class="${width > columnWidth ? 'wide' : 'narrow'}" style="--width: ${width}px">
    <div class="card">${new Html(svg)}</div>
    <figcaption>${caption}</figcaption>
  </figure> `
}
