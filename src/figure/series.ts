import type { Run } from '../run/open-run.js'
import type { RunLabels } from './run-labels.js'
import { orderedScheme, unorderedColours } from './theme.js'

/** A run and its label. */
export interface Series {
  run: Run
  label: string
}

/** The runs with their labels, in the order in which they are drawn. */
export function inOrder(runs: readonly Run[], { labels, order }: RunLabels): Series[] {
  return order.flatMap((i) => {
    const run = runs[i]
    const label = labels[i]
    return run && label !== undefined ? [{ run, label }] : []
  })
}

type RunScale = { domain: string[]; scheme: typeof orderedScheme } | { domain: string[]; range: string[] }

/** The colour scale of the runs: distinct hues, or dark to light if the labels are numbers. */
export function runScale({ labels, ordered, order }: RunLabels): RunScale {
  const domain = order.map((i) => labels[i] ?? '')
  const range = unorderedColours.slice(0, domain.length)
  const continuous = ordered || domain.length > unorderedColours.length
  return continuous && domain.length > 1 ? { domain, scheme: orderedScheme } : { domain, range }
}

/** The last epoch that any run has reached, at least 1. */
export function epochsReached(runs: readonly Run[]): number {
  return Math.max(1, ...runs.map((run) => Math.max(run.rotation.epochs.at(-1) ?? 0, run.metrics.at(-1)?.epoch ?? 0)))
}
