import { count } from '../../numbers.js'
import type { FigureSource } from '../figure.js'
import { panelGrid, type Frame } from '../panel-grid.js'
import { axisScale } from '../study/axis-scale.js'
import { percents, valueRange } from '../study/value-range.js'
import { numberAxis, roundPlaces } from './number-axis.js'
import { publishedDash, sourceColour, sourceLegendWidth } from './ours-and-published.js'

/** The accuracies of a training, in percent. */
export interface AccuracyPoint {
  task: string
  /** The training's value on the axis. */
  value: number
  /** The mean over our runs, and its sample standard deviation; null without finished runs. */
  ours: { testAccuracy: number; deviation: number | null; trainAccuracy: number | null } | null
  /** Null if nothing is published. */
  published: { testAccuracy: number; trainAccuracy: number | null } | null
}

export interface AccuracyOverOptions {
  /** The name of the axis: 'alpha', 'rho' or 'rate'. */
  axis: string
  /** The last train accuracy, in percent, up to which a point is left out; by default all points are drawn. */
  leastTrainAccuracy?: number
  /** True if the published numbers are those of larger trainings. */
  isScaled: boolean
}

const quantitative = 'quantitative' as const

/**
 * The figure of the test accuracy over an axis of the paper, with a panel for each task: ours with the standard deviation over
 * seeds, and the published points.
 *
 * @returns undefined if no run has finished
 */
export function accuracyOver(
  points: readonly AccuracyPoint[],
  { axis: name, leastTrainAccuracy, isScaled }: AccuracyOverOptions,
): FigureSource | undefined {
  const isFitted = ({ trainAccuracy }: { trainAccuracy: number | null }) =>
    leastTrainAccuracy === undefined || trainAccuracy === null || trainAccuracy > leastTrainAccuracy
  const trained = new Set(points.filter(({ ours }) => ours !== null).map(({ task }) => task))
  const numbers = points.flatMap(({ task, value, ours, published }) => {
    const own = ours === null ? [] : [{ source: 'ours' as const, ...ours, deviation: ours.deviation ?? 0 }]
    const others = published === null ? [] : [{ source: 'published' as const, ...published, deviation: 0 }]
    return trained.has(task) ? [...own, ...others].map((one) => ({ task, value, ...one })) : []
  })
  const drawn = numbers.filter(isFitted).map(({ task, value, source, testAccuracy, deviation }) => ({
    task,
    value,
    source,
    accuracy: rounded(testAccuracy),
    low: rounded(testAccuracy - deviation),
    high: rounded(testAccuracy + deviation),
  }))
  if (drawn.length === 0) return undefined
  const tasks = [...new Set(drawn.map(({ task }) => task))]
  const x = numberAxis(
    name,
    drawn.map(({ value }) => value),
  )
  const hasPublished = drawn.some(({ source }) => source === 'published')
  const domain = valueRange(
    drawn.flatMap(({ low, high }) => [low, high]),
    percents,
  )
  const draw = (panel: number, { width, xAxis, yAxis }: Frame) => {
    const { positionOf, scale, axis } = axisScale(x, { length: width, ticksAt: (most) => roundPlaces(x, most) })
    const values = drawn
      .filter(({ task }) => task === tasks[panel])
      .map((point) => ({ x: positionOf(x.values.indexOf(point.value)), ...point }))
    const encoding = {
      x: { field: 'x', type: quantitative, scale, axis: xAxis(axis) },
      y: {
        field: 'accuracy',
        type: quantitative,
        scale: { domain, zero: false, nice: true },
        axis: yAxis({ title: 'test accuracy (%)', tickCount: 6 }),
      },
      color: sourceColour(hasPublished),
    }
    const bars = {
      transform: [{ filter: 'datum.low < datum.high' }],
      mark: { type: 'rule' as const, strokeWidth: 1.2 },
      encoding: { ...encoding, y: { ...encoding.y, field: 'low' }, y2: { field: 'high' } },
    }
    const of = (source: 'ours' | 'published') => [{ filter: `datum.source == "${source}"` }]
    const point = { type: 'point' as const, opacity: 1 }
    // Published circles lie over our dots, so that both can be seen where they meet.
    const circle = { ...point, filled: false, fill: 'white', size: 26, strokeWidth: 1.4 }
    return [
      {
        data: { values },
        layer: [
          { transform: of('ours'), mark: { type: 'line' as const }, encoding },
          bars,
          { transform: of('ours'), mark: { ...point, filled: true, size: 50 }, encoding },
          {
            transform: of('published'),
            mark: { type: 'line' as const, strokeDash: publishedDash, strokeWidth: 1.2 },
            encoding,
          },
          { transform: of('published'), mark: circle, encoding },
        ],
      },
    ]
  }
  const isDropped = (source: string) => numbers.filter((one) => one.source === source && !isFitted(one)).length
  return {
    name: `paper-accuracy-over-${name}`,
    title: `Test accuracy over ${x.title}, ours and published${tasks.length > 1 ? ', a panel per task' : ''}`,
    caption:
      `Test accuracy over ${x.title}: ours (dots), the mean over the finished runs that differ by their seed only, with the sample ` +
      'standard deviation as bars' +
      (hasPublished ? '; published (circles), one run each.' : '.') +
      (hasPublished && isScaled ? ' The published trainings are larger: compare the shapes.' : '') +
      (leastTrainAccuracy === undefined
        ? ''
        : ` As in the authors’ figure, trainings that end with a train accuracy of at most ${leastTrainAccuracy} % are left out` +
          (isDropped('ours') > 0 ? `, ${count(isDropped('ours'))} of ours among them.` : '.')),
    spec: panelGrid({
      headings: tasks.map((text) => ({ text })),
      beside: 64 + sourceLegendWidth(hasPublished),
      leastHeight: 170,
      draw,
    }),
  }
}

const rounded = (value: number): number => Number(value.toFixed(4))
