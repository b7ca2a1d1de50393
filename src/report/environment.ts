import type { RunLabels } from '../figure/run-labels.js'
import { inOrder } from '../figure/series.js'
import type { Run } from '../run/open-run.js'
import { type Html, html } from './html.js'
import { term } from './term.js'

/** The section on the environment of the runs: once if it is the same for all, otherwise for each run with its label. */
export function environment(runs: readonly Run[], naming: RunLabels): Html {
  const series = inOrder(runs, naming)
  return html`<section aria-labelledby="environment">
    <h2 id="environment">Environment</h2>
    <dl>
      ${Object.entries(entries).map(([title, read]) => {
        const values = series.map(({ run }) => read(run.environment))
        if (values.every((value) => value === undefined)) return ''
        const same = new Set(values).size === 1
        return term(
          title,
          series.map(({ label }, i) => `${values[i] ?? '–'}${same ? '' : ` (${label})`}`),
        )
      })}
    </dl>
  </section>`
}

const entries: Record<string, (environment: Run['environment']) => string | undefined> = {
  device: ({ device, deviceDescription }) => (deviceDescription ? `${device}: ${deviceDescription}` : device),
  processor: ({ cpu }) => cpu,
  threads: ({ threads }) => String(threads),
  platform: ({ platform }) => platform,
  LibTorch: ({ libtorch }) => libtorch,
  'Node.js': ({ node }) => node,
  'layer-rotation': ({ layerRotation }) => layerRotation,
  commit: ({ commit }) => commit ?? undefined,
}
