import { count } from '../../numbers.js'
import { pointLabel, type StudyAxis } from '../../study/study-axes.js'
import { isFinished } from '../../study/study-groups.js'
import type { Study } from '../../study/study-row.js'
import { type Html, html } from '../html.js'
import { stateWords } from './run-list.js'

/** The most runs whose failures are told at the top of the page; the list of runs has all. */
const mostFailures = 10

/** The runs that have not finished, and those that failed and why; empty if all runs are finished. */
export function notices({ rows }: Study, axes: readonly StudyAxis[]): Html {
  const finished = rows.filter(isFinished).length
  if (finished === rows.length) return html``
  const others = (['failed', 'unreadable', 'interrupted', 'running', 'new'] as const).flatMap((state) => {
    const runs = rows.filter((row) => row.state === state)
    return runs.length === 0 ? [] : [`${count(runs.length)} ${stateWords[state]}`]
  })
  const failures = rows.filter(({ state }) => state === 'failed' || state === 'unreadable')
  const told = failures.slice(0, mostFailures).map((row) => {
    const what = row.state === 'failed' ? 'failed' : 'cannot be read'
    return html`<p class="notice">
      <strong>${pointLabel(axes, row) || row.folder}</strong> ${what}${row.reason === null ? '' : `: ${row.reason}`}
    </p> `
  })
  const rest = failures.length - told.length
  return html`<p class="notice">
      ${count(finished)} of ${count(rows.length, 'run')} ${rows.length === 1 ? 'is' : 'are'} finished;
      ${others.join(', ')}. Means and figures are those of the finished runs.
    </p>
    ${told}${rest > 0 ? html`<p class="notice">And ${count(rest)} more, in the list of runs.</p> ` : ''}`
}
