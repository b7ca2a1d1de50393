import type { RunLabels } from '../figure/run-labels.js'
import { inOrder } from '../figure/series.js'
import { overridesOf, type RunEnvironment } from '../run/environment.js'
import type { Run } from '../run/open-run.js'
import type { PyTorchEnvironment } from '../run/pytorch-run.js'
import { count } from '../numbers.js'
import { type Html, html } from './html.js'
import { term } from './term.js'

/** The section on the environment of some runs: once if it is the same for all, otherwise for each run with its label. */
export function environment(runs: readonly Run[], naming: RunLabels): Html {
  const series = inOrder(runs, naming)
  const environments = series.map(({ run }) => run.environment)
  return environmentSection(environments, (values) =>
    series.map(({ label }, i) => (new Set(values).size === 1 ? values[i]! : `${values[i]!} (${label})`)),
  )
}

/** The same for the runs of a study, with the number of runs that have each value. */
export function studyEnvironment(environments: readonly RunEnvironment[]): Html {
  return environmentSection(environments, (values) => {
    const distinct = [...new Set(values)]
    const runs = (value: string) => count(values.filter((other) => other === value).length, 'run')
    return distinct.map((value) => (distinct.length === 1 ? value : `${value} (${runs(value)})`))
  })
}

/** @param lines the lines of an entry from its value for each run */
function environmentSection(
  environments: readonly AnyEnvironment[],
  lines: (values: readonly string[]) => string[],
): Html {
  return html`<section aria-labelledby="environment">
    <h2 id="environment">Environment</h2>
    <dl>
      ${Object.entries(entries).map(([title, read]) => {
        const values = environments.map(read)
        if (values.every((value) => value === undefined)) return ''
        return term(title, lines(values.map((value) => value ?? '–')))
      })}
    </dl>
  </section>`
}

type AnyEnvironment = Partial<Omit<RunEnvironment & PyTorchEnvironment, 'resumed'>> & Parameters<typeof overridesOf>[0]

const entries: Record<string, (environment: AnyEnvironment) => string | undefined> = {
  device: ({ device, deviceDescription }) => (deviceDescription ? `${device ?? ''}: ${deviceDescription}` : device),
  processor: ({ cpu }) => cpu,
  threads: ({ threads }) => threads?.toString(),
  platform: ({ platform }) => platform,
  LibTorch: ({ libtorch }) => libtorch,
  PyTorch: ({ torch }) => torch,
  'Node.js': ({ node }) => node,
  Python: ({ python }) => python,
  'layer-rotation': ({ layerRotation }) => layerRotation,
  experiment: ({ definition }) => definition?.experiment,
  'changes of it': ({ definition, resumed }) => overridesOf({ definition, resumed }).join(' ') || undefined,
  commit: ({ commit, dirty }) => (commit ? `${commit}${dirty ? ', with uncommitted changes' : ''}` : undefined),
}
