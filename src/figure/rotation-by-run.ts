import type { Run } from '../run/open-run.js'
import type { FigureSource } from './figure.js'
import { rotationDomain, rotationTitle, rotationValue } from './rotation-axis.js'
import type { RotationByRunOptions } from './rotation-by-run-options.js'
import { eachRun, runColour } from './run-colour.js'
import { labelRuns } from './run-labels.js'
import {
  commonUnit,
  drawnSeries,
  epochsReached,
  measuredAt,
  mostCurves,
  pointsPerCurve,
  type Series,
} from './series.js'
import { spread } from './spread.js'
import { ink, quietInk } from './theme.js'
import { thin } from './thin.js'

const height = 250
const quantitative = 'quantitative' as const
const nominal = 'nominal' as const

/** The most curves that are labelled at their ends; more of them get a legend. */
const mostEndLabels = 10

/**
 * The figure of one layer's rotation by epoch, with one curve for each run, labelled at its end: the paper's MNIST figure.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if a run does not have the layer
 */
export function rotationByRun(
  runs: readonly Run[],
  { layer, published = [] }: RotationByRunOptions = {},
): FigureSource {
  const naming = labelRuns(runs)
  const { series, remark } = drawnSeries(runs, naming, mostCurves)
  const limit = pointsPerCurve(series.length)
  const labelled = series.length <= mostEndLabels
  const epochs = epochsReached(runs)
  const unit = commonUnit(runs)
  const domain = rotationDomain(runs, layer === undefined ? undefined : [layer])
  const rotationOf = (run: Run) => (layer === undefined ? run.rotation.mean() : run.rotation.layer(layer))

  const encoding = {
    x: {
      field: 'epoch',
      type: quantitative,
      scale: { domain: [0, epochs], nice: false },
      axis: { title: unit, tickMinStep: 1 },
    },
    y: { field: 'rotation', type: quantitative, title: rotationTitle, scale: { domain, nice: false } },
    color: runColour(naming, labelled ? null : {}),
    detail: eachRun,
  }
  // Points beyond the runs, as of a short trial, would lie outside of the axes.
  const points = published.flatMap(({ run, points }) =>
    points
      .filter(({ epoch }) => epoch <= epochs)
      .map((point) => ({ run: naming.labels[run]!, place: naming.order.indexOf(run), ...point })),
  )
  const subject =
    layer === undefined
      ? 'Mean rotation of the layers: the cosine distance between their weights and the initial ones, after each ' +
        `${measuredAt[unit]}.`
      : `Rotation of layer ${layer}: the cosine distance between its weights and the initial ones, after each ${measuredAt[unit]}.`
  return {
    name: 'rotation-by-run',
    title: `Rotation of ${layer ?? 'the layers'} by ${unit}${naming.title ? `, one curve per ${naming.title}` : ''}`,
    caption: `${subject} ${points.length > 0 ? publishedCaption : scaleCaption}${remark}`,
    spec: {
      width: 400,
      height,
      layer: [
        { data: { values: series.flatMap((one) => curve(one, rotationOf(one.run), limit)) }, mark: 'line', encoding },
        ...(points.length > 0
          ? [{ data: { values: points }, mark: circle, encoding: { ...encoding, shape: circleLegend } }]
          : []),
        ...(labelled ? endLabels() : []),
      ],
    },
  }

  /** The label of each curve beside its end, below their common title. */
  function endLabels() {
    // NaN, of a layer without a direction, has no place; its label stands at 0.
    const ends = series.map(({ run }) => ((rotationOf(run).at(-1) || 0) / domain[1]) * height)
    // Backwards, so that of curves that end together the first has the uppermost label.
    const places = spread(ends.toReversed(), labelGap, 0, height - labelGap).toReversed()
    const labels = series.map(({ label, place }, i) => ({
      run: label,
      place,
      rotation: (places[i]! / height) * domain[1],
    }))
    const x = { datum: epochs, type: quantitative }
    return [
      { data: { values: labels }, mark: endLabel, encoding: { ...encoding, x, text: { field: 'run', type: nominal } } },
      {
        data: { values: [{}] },
        mark: { ...endLabel, color: quietInk },
        encoding: { x, y: { datum: domain[1], type: quantitative }, text: { value: naming.title } },
      },
    ]
  }
}

const publishedCaption =
  'Open circles are read off the published curves and are good to about 0.01; they stand where the paper measured, ' +
  'after the first update of an epoch.'
const scaleCaption =
  '0 means that the direction of the weights has not changed, 1 that they are orthogonal to where they began.'

const labelGap = 14
const endLabel = {
  type: 'text' as const,
  fontSize: 12,
  align: 'left' as const,
  baseline: 'middle' as const,
  dx: 7,
}

const circle = { type: 'point' as const, filled: false, size: 34, strokeWidth: 1.4, opacity: 1 }
const circleLegend = {
  datum: 'published (digitised)',
  type: nominal,
  scale: { range: ['circle'] },
  legend: {
    title: null,
    orient: 'top-left' as const,
    offset: 6,
    symbolStrokeColor: ink,
    symbolStrokeWidth: 1.4,
    symbolSize: 40,
  },
}

function curve({ run, label, place }: Series, rotation: readonly number[], limit: number) {
  return thin(rotation.length, limit).map((i) => ({
    run: label,
    place,
    epoch: run.rotation.epochs[i] ?? 0,
    rotation: rotationValue(rotation[i] ?? 0),
  }))
}
