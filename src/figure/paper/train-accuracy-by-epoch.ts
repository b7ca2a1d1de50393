import type { StudyAxis } from '../../study/study-axes.js'
import type { PointValues } from '../../study/study-config.js'
import { epochChannel } from '../epoch-channel.js'
import type { FigureSource } from '../figure.js'
import { fitLabels } from '../fit-text.js'
import { panelGrid, type Frame } from '../panel-grid.js'
import { longestLabel } from '../run-labels.js'
import { axisColour, legendSize } from '../study/axis-colour.js'
import { meanOf } from '../study/mean-curve.js'
import type { PaperTraining, PaperView } from './paper-view.js'
import { trainingHeading } from './training-heading.js'
import { unfinishedRemark } from './unfinished-remark.js'

const quantitative = 'quantitative' as const

/**
 * The figure of the train accuracy by epoch, with a panel for each task and a line for each training: the mean over our runs,
 * and the published points in the same colour.
 *
 * @param cut the last epoch, 0-based, of the authors' figure; that of ours if it is lower
 * @returns undefined without runs
 */
export function trainAccuracyByEpoch(view: PaperView, cut: number): FigureSource | undefined {
  const { axes, trainings, isScaled } = view
  const drawn = trainings.filter(({ runs }) => runs.length > 0)
  if (drawn.length === 0) return undefined
  const tasks = [...new Set(drawn.map(({ values }) => String(values['task'])))]
  const others = axes.filter(({ name }) => name !== 'task')
  const colour = trainingAxis(drawn, (training) => trainingHeading(training, others, view).text)
  const lines = drawn.map((training) => ({ training, points: meanAccuracy(training, cut) }))
  const last = lines.reduce((most, { points }) => Math.max(most, points.at(-1)?.epoch ?? 0), 1)
  const published = lines.map(({ training }) =>
    (training.published.trainAccuracies?.points ?? []).filter(({ epoch }) => epoch <= last),
  )
  const hasPublished = published.some((points) => points.length > 0)
  const legend = legendSize(colour.values.length > 1 ? [colour] : [])
  const draw = (panel: number, frame: Frame) => {
    const members = lines.flatMap((line, i) =>
      line.training.values['task'] === tasks[panel]
        ? [{ ...line, published: published[i]!, place: colour.placeOf(line.training) }]
        : [],
    )
    const encoding = {
      x: epochChannel(last, frame, 'epoch, counted from 0'),
      y: {
        field: 'accuracy',
        type: quantitative,
        scale: { domain: [0, 100], nice: false },
        axis: frame.yAxis({ title: 'train accuracy (%)', tickCount: 6 }),
      },
      detail: { field: 'colour', type: 'nominal' as const },
      ...(colour.values.length > 1 && { color: axisColour(colour, 'stroke') }),
    }
    const curves = members.flatMap(({ points, place }) => points.map((point) => ({ colour: place, ...point })))
    const marks = members.flatMap(({ published, place }) =>
      published.map(({ epoch, trainAccuracy }) => ({ colour: place, epoch, accuracy: trainAccuracy })),
    )
    const circle = { type: 'point' as const, filled: false, fill: 'white', strokeWidth: 1.6, size: 44, opacity: 1 }
    return [
      { data: { values: curves }, mark: { type: 'line' as const }, encoding },
      ...(marks.length > 0 ? [{ data: { values: marks }, mark: circle, encoding }] : []),
    ]
  }
  return {
    name: 'paper-train-accuracy',
    title: `Train accuracy by epoch${hasPublished ? ', ours and published' : ''}`,
    caption:
      'Accuracy of each epoch over the training images while the weights move, the mean over our runs that differ by their seed only' +
      (hasPublished ? '. Circles are published, read off the authors’ figure to ±1 point' : '') +
      (isScaled ? '. The published points are those of longer trainings and are not drawn.' : '.') +
      unfinishedRemark(drawn, axes, view),
    spec: panelGrid({
      headings: tasks.map((text) => ({ text })),
      beside: 64 + legend.width,
      leastHeight: Math.max(160, legend.height),
      draw,
    }),
  }
}

/** The trainings of a task by name, as the values of one axis. */
function trainingAxis(
  trainings: readonly PaperTraining[],
  nameOf: (training: { values: PointValues }) => string,
): StudyAxis {
  const names = [...new Set(trainings.map(nameOf))]
  return {
    name: 'training',
    title: 'training',
    values: names,
    labels: fitLabels(names, longestLabel),
    isNumeric: false,
    placeOf: (training) => names.indexOf(nameOf(training)),
  }
}

/** The accuracy of each epoch, 0-based, up to the cut. */
const meanAccuracy = ({ runs }: PaperTraining, cut: number): { epoch: number; accuracy: number }[] =>
  meanOf(
    runs.map(({ metrics }) =>
      metrics
        .filter(({ epoch }) => Number.isInteger(epoch))
        .map(({ epoch, trainAccuracy }) => [epoch - 1, Number.isFinite(trainAccuracy) ? trainAccuracy : null] as const),
    ),
  )
    .filter(({ epoch }) => epoch <= cut)
    .map(({ epoch, mean }) => ({ epoch, accuracy: Number((100 * mean).toFixed(4)) }))
