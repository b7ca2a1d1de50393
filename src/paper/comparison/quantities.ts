import type { TrainedRun } from '../../run/open-run.js'
import type { PaperPoint, PublishedNumbers } from '../experiments/point.js'
import type { Range, Source } from '../published/table.js'

/** A number of a training, and the one that the authors published. */
export interface Quantity {
  /** Its name in comparison.json, such as 'testAccuracy'. */
  key: string
  /** Its name for people, with the unit. */
  title: string
  /** The number of decimals that are shown. */
  digits: number
  /** A range where only that is known; null if nothing is published. */
  published: number | Range | null
  source: Source | null
}

/** A quantity that a run's folder tells. */
export interface MeasuredQuantity extends Quantity {
  /** NaN if the run has no such number, because it ended before, say. */
  measure: (run: TrainedRun) => number | Promise<number>
}

/** All quantities in which a training is compared. */
export function quantitiesOf({ published, testWeights }: PaperPoint): MeasuredQuantity[] {
  return [
    {
      key: 'testAccuracy',
      title: 'test accuracy (%)',
      digits: 2,
      ...numberOf(published.testAccuracy),
      measure: ({ best, metrics }) => percent((testWeights === 'best' ? best : metrics.at(-1))?.testAccuracy),
    },
    {
      key: 'trainAccuracy',
      title: 'train accuracy (%)',
      digits: 2,
      ...numberOf(published.trainAccuracy),
      measure: ({ metrics }) => percent(metrics.at(-1)?.trainAccuracy),
    },
    ...trainAccuraciesOf(published),
    {
      key: 'meanRotation',
      title: 'mean rotation at the end',
      digits: 3,
      ...numberOf(undefined),
      measure: ({ rotation }) => rotation.mean().at(-1) ?? NaN,
    },
    ...rotationsOf(published),
    ...rotationCurveOf(published),
  ]
}

const numberOf = (found: PublishedNumbers['testAccuracy']): Pick<Quantity, 'published' | 'source'> =>
  found === undefined ? { published: null, source: null } : { published: found.value, source: found.source }

/** A percentage without the rounding error of the product: a count of 10,000 images has two decimals. */
const percent = (fraction: number | null | undefined): number => Number(((fraction ?? NaN) * 100).toFixed(4))

function trainAccuraciesOf({ trainAccuracies }: PublishedNumbers): MeasuredQuantity[] {
  if (trainAccuracies === undefined) return []
  const { points, source } = trainAccuracies
  return points.map(({ epoch, trainAccuracy }) => ({
    key: `trainAccuracy.${epoch}`,
    title: `train accuracy of epoch ${epoch}, counted from 0 (%)`,
    digits: 1,
    published: trainAccuracy,
    source,
    measure: ({ metrics }) => percent(metrics[epoch]?.trainAccuracy),
  }))
}

function rotationsOf({ rotation }: PublishedNumbers): MeasuredQuantity[] {
  if (rotation === undefined) return []
  const { first, last, others, after, source } = rotation
  const moment = `after ${after.epochs} epochs${after.updates === 0 ? '' : ` and ${after.updates} update`}`
  const parts: [key: string, title: string, published: number | Range | null, of: (layers: number[]) => number][] = [
    ['first', 'first layer', first, (layers) => layers[0]!],
    ['last', 'last layer', last, (layers) => layers.at(-1)!],
    ['lowest', 'lowest of the other layers', others[0], (layers) => Math.min(...layers.slice(1, -1))],
    ['highest', 'highest of the other layers', others[1], (layers) => Math.max(...layers.slice(1, -1))],
  ]
  return parts.map(([key, title, published, of]) => ({
    key: `rotation.${key}`,
    title: `rotation of the ${title} ${moment}`,
    digits: 2,
    published,
    source: published === null ? null : source,
    measure: async (run) => {
      const layers = await rotationAt(run, after)
      return layers === undefined ? NaN : of(layers)
    },
  }))
}

/** The rotation of every layer at a moment; undefined if the run ended before. */
async function rotationAt(run: TrainedRun, { epochs, updates }: { epochs: number; updates: number }) {
  const table = updates === 0 ? run.rotation : await run.paperRotation()
  const row = table.epochs.findIndex((epoch) => (updates === 0 ? epoch : Math.floor(epoch)) === epochs && epoch > 0)
  return row === -1 ? undefined : table.layers.map((layer) => table.layer(layer)[row]!)
}

/** The last published point of a layer's curve. */
function rotationCurveOf({ rotationCurve }: PublishedNumbers): MeasuredQuantity[] {
  const last = rotationCurve?.points.at(-1)
  if (rotationCurve === undefined || last === undefined) return []
  const { layer, source } = rotationCurve
  const epochs = Math.floor(last.epoch)
  return [
    {
      key: `rotation.${layer}`,
      title: `rotation of ${layer} after ${epochs} epochs and 1 update`,
      digits: 3,
      published: last.rotation,
      source,
      measure: async (run) => {
        const layers = await rotationAt(run, { epochs, updates: 1 })
        return layers?.[run.rotation.layers.indexOf(layer)] ?? NaN
      },
    },
  ]
}
