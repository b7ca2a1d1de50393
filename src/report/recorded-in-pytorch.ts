import type { Series } from '../figure/series.js'
import { count } from '../numbers.js'
import { type Html, html } from './html.js'
import { term } from './term.js'

/** The section on the runs that were trained in PyTorch, whose settings are not known; empty if there are none. */
export function recordedInPyTorch(series: readonly Series[]): Html {
  const texts = series.flatMap(({ run: { environment } }) =>
    'source' in environment
      ? [`${count(environment.layers.length, 'layer')} after every ${count(environment.every, 'step')}`]
      : [],
  )
  if (texts.length === 0) return html``
  return html`<section aria-labelledby="pytorch">
    <h2 id="pytorch">Recorded in PyTorch</h2>
    <dl>${term('records', texts)}</dl>
  </section>`
}
