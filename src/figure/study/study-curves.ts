import { accuracyDomain } from '../accuracy.js'
import { epochChannel } from '../epoch-channel.js'
import type { FigureSource } from '../figure.js'
import { panelGrid, type Frame } from '../panel-grid.js'
import { domainUpTo, rotationTitle, shortRotationTitle } from '../rotation-axis.js'
import { unorderedColours } from '../theme.js'
import { thin } from '../thin.js'
import { axisColour, legendSize } from './axis-colour.js'
import { meanCurve, type MeanPoint } from './mean-curve.js'
import { studyPanels } from './study-panels.js'
import type { StudyView } from './study-view.js'

/**
 * The figure of the test accuracy by epoch: for each group of runs that differ by their seed only the mean, and a band of one
 * standard deviation.
 *
 * @returns undefined without test accuracies
 */
export function accuracyCurves(view: StudyView): FigureSource | undefined {
  return studyCurves(view, {
    key: 'testAccuracy',
    scale: 100,
    name: 'accuracy-by-epoch',
    subject: 'Test accuracy',
    axisTitle: () => 'test accuracy (%)',
    // A run climbs from chance, which would flatten the rest; the first epochs may lie below the panel.
    domain: (curves) => {
      const settled = curves.flatMap((curve) => curve.slice(Math.floor(curve.length / 5)))
      const [low, high] = accuracyDomain(settled.map((point) => point.low))
      return [low, Math.min(high, Math.ceil(largest(curves) + 0.05 * (100 - low)))]
    },
  })
}

/** The same figure of the mean rotation of the layers. */
export function rotationCurves(view: StudyView): FigureSource | undefined {
  return studyCurves(view, {
    key: 'meanRotation',
    scale: 1,
    name: 'rotation-by-epoch',
    subject: 'Mean rotation of the layers',
    axisTitle: (single) => (single ? rotationTitle : shortRotationTitle),
    domain: (curves) => domainUpTo(largest(curves)),
  })
}

interface CurvesOptions {
  key: 'meanRotation' | 'testAccuracy'
  /** A factor on the values. */
  scale: number
  name: string
  subject: string
  axisTitle: (single: boolean) => string
  domain: (curves: readonly MeanPoint[][]) => [number, number]
}

/** The most lines of a panel; more of them only cover each other. */
const mostLines = 24

/** The most lines of a panel whose bands can be told apart. */
const mostBands = 12

function studyCurves(
  view: StudyView,
  { key, scale, name, subject, axisTitle, domain }: CurvesOptions,
): FigureSource | undefined {
  const [colourAxis, ...others] = view.axes
  const lines = view.groups.flatMap((group) => {
    const points = meanCurve(group.rows, key).map((point) => scaled(point, scale))
    return points.length === 0 ? [] : [{ values: group.values, colour: colourAxis?.placeOf(group) ?? 0, points }]
  })
  if (lines.length === 0) return undefined
  const { panels, remark } = studyPanels(lines, others)
  const places = thin(colourAxis?.values.length ?? 1, mostLines)
  const isDrawn = ({ colour }: { colour: number }) => places.includes(colour)
  const hasBands = places.length <= mostBands
  const range = domain(lines.map(({ points }) => points))
  const epochs = lines.reduce((most, { points }) => Math.max(most, points.at(-1)!.epoch), 1)
  const legend = legendSize(colourAxis ? [colourAxis] : [])
  const draw = (panel: number, frame: Frame) => {
    const { single, yAxis } = frame
    const values = panels[panel]!.members.filter(isDrawn).flatMap(({ colour, points }) =>
      points.map((point) => ({ colour, ...point })),
    )
    const encoding = {
      x: epochChannel(epochs, frame),
      y: {
        field: 'mean',
        type: quantitative,
        scale: { domain: range, nice: false },
        axis: yAxis({ title: axisTitle(single), tickCount: 6 }),
      },
      detail: { field: 'colour', type: 'nominal' as const },
      ...(colourAxis && { color: axisColour(colourAxis, 'stroke') }),
    }
    const plain = colourAxis ? {} : { color: unorderedColours[0]! }
    const band = {
      mark: { type: 'area' as const, clip: true, opacity: 0.2, ...plain },
      encoding: { ...encoding, y: { ...encoding.y, field: 'low' }, y2: { field: 'high' } },
    }
    const line = { mark: { type: 'line' as const, clip: true, ...plain }, encoding }
    return [{ data: { values }, layer: [...(hasBands ? [band] : []), line] }]
  }
  const bands = hasBands && lines.some(({ points }) => points.some(({ n }) => n > 1))
  return {
    name,
    title: `${subject} by epoch${colourAxis ? `, one line per ${colourAxis.title}` : ''}`,
    caption:
      `${subject} after each epoch: the mean over the finished runs that differ by their seed only and have reached the epoch` +
      (bands ? ', with a band of one sample standard deviation to both sides.' : '.') +
      (colourAxis && places.length < colourAxis.values.length
        ? ` Drawn are ${places.length} of the ${colourAxis.values.length} values of ${colourAxis.title}, evenly spread.`
        : '') +
      remark +
      view.remark,
    spec: panelGrid({
      headings: panels.map(({ heading }) => heading),
      beside: 64 + legend.width,
      leastHeight: Math.max(160, legend.height),
      draw,
    }),
  }
}

const quantitative = 'quantitative' as const

function scaled({ epoch, mean, low, high, n }: MeanPoint, scale: number): MeanPoint {
  const value = (number: number) => Number((scale * number).toFixed(6))
  return { epoch, mean: value(mean), low: value(low), high: value(high), n }
}

const largest = (curves: readonly MeanPoint[][]): number =>
  curves.reduce((most, points) => points.reduce((a, { high }) => Math.max(a, high), most), -Infinity)
