import type { Figure } from '../figure/figure.js'
import { columnWidth } from '../figure/theme.js'
import { Html, html } from './html.js'

/** The section of the figures with their captions; figures of a column's width stand side by side. */
export function figureSection(figures: readonly Figure[]): Html {
  if (figures.length === 0) return html``
  return html`<section aria-labelledby="figures">
    <h2 id="figures">Figures</h2>
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
