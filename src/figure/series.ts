import { LayerRotationError } from '../errors.js'
import { count } from '../numbers.js'
import type { RotationTable } from '../rotation/rotation-table.js'
import type { Run } from '../run/open-run.js'
import type { RunLabels } from './run-labels.js'
import { thin } from './thin.js'

/** A run, its label and its place in the order, 0 for the first. */
export interface Series {
  run: Run
  label: string
  place: number
}

/** The runs with their labels, in the order in which they are drawn. */
export function inOrder(runs: readonly Run[], { labels, order }: RunLabels): Series[] {
  return order.map((i, place) => ({ run: runs[i]!, label: labels[i]!, place }))
}

/** The most runs whose curves are drawn; more of them only cover each other. */
export const mostCurves = 200

/** The most points of each curve, so that the points of all curves together stay a few ten thousand. */
export const pointsPerCurve = (curves: number): number => Math.max(100, Math.min(300, Math.floor(30_000 / curves)))

/** The runs that a figure draws if they are more than it can show, and a sentence on those that it leaves out. */
export interface Drawn {
  series: Series[]
  /** Empty if all runs are drawn. */
  remark: string
}

/** At most `limit` of the runs, evenly spread in the order in which they are drawn, the first and the last included. */
export function drawnSeries(runs: readonly Run[], naming: RunLabels, limit: number): Drawn {
  const all = inOrder(runs, naming)
  const series = thin(all.length, limit).map((i) => all[i]!)
  if (series.length === all.length) return { series, remark: '' }
  return { series, remark: ` Drawn are ${limit} of the ${count(all.length)} runs, evenly spread over their order.` }
}

/**
 * The unit by which the rotations of the runs are counted.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if some count epochs and others, of trainings in PyTorch, only steps
 */
export function commonUnit(runs: readonly Run[]): RotationTable['unit'] {
  const bySteps = runs.find(({ rotation }) => rotation.unit === 'step')
  const byEpochs = runs.find(({ rotation }) => rotation.unit === 'epoch')
  if (bySteps && byEpochs) {
    const message = `${bySteps.folder} counts steps and ${byEpochs.folder} epochs; report on them separately, or train with rotation.step(epoch)`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  return bySteps ? 'step' : 'epoch'
}

/** When a rotation is measured, in words. */
export const measuredAt = { epoch: 'epoch', step: 'measured step' } as const

/** The last epoch, or step, that any run has reached, at least 1. */
export function epochsReached(runs: readonly Run[]): number {
  return runs.reduce(
    (most, { rotation, metrics }) => Math.max(most, rotation.epochs.at(-1) ?? 0, metrics.at(-1)?.epoch ?? 0),
    1,
  )
}
