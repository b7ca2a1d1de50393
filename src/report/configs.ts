import { basename, relative, resolve } from 'node:path'
import type { RunLabels } from '../figure/run-labels.js'
import { inOrder } from '../figure/series.js'
import type { Run } from '../run/open-run.js'
import { type Html, html } from './html.js'

/**
 * The section with the full config of each run, folded away: enough to repeat the run. Trainings in PyTorch have none.
 *
 * @param folder the folder of the report
 */
export function configs(runs: readonly Run[], naming: RunLabels, folder: string): Html {
  const trained = inOrder(runs, naming).filter(({ run }) => run.config !== undefined)
  if (trained.length === 0) return html``
  return html`<section aria-labelledby="configs">
    <h2 id="configs">Configs</h2>
    ${trained.map(
      ({ run, label }) =>
        html`<details>
          <summary>
            ${naming.title && naming.title !== 'run' ? `${naming.title} ${label}` : label}
            <span class="quiet">${relative(folder, run.folder) || basename(resolve(folder))}</span>
          </summary>
          <pre>${JSON.stringify(run.config, null, 2)}</pre>
        </details> `,
    )}
  </section>`
}
