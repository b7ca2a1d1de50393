import { decades } from '../decades.js'
import { epochChannel } from '../epoch-channel.js'
import type { FigureSource } from '../figure.js'
import { panelGrid, type Frame } from '../panel-grid.js'
import { meanOf } from '../study/mean-curve.js'
import { studyPanels } from '../study/study-panels.js'
import { quietInk } from '../theme.js'
import { publishedDash, sourceColour, sourceLegendWidth } from './ours-and-published.js'
import type { PaperTraining, PaperView } from './paper-view.js'
import { trainingHeading } from './training-heading.js'
import { unfinishedRemark } from './unfinished-remark.js'

const quantitative = 'quantitative' as const

/**
 * The figures of the training loss by epoch, one for each task with a panel for each training: ours, and the published curve. For
 * trainings of another size there is none; each panel then has the loss of the reference to compare with.
 */
export function lossByEpoch(view: PaperView): FigureSource[] {
  const { axes, trainings, reference, isScaled } = view
  const isDrawn = ({ published }: PaperTraining) => isScaled || published.losses !== undefined
  const drawn = trainings.filter((training) => training.runs.length > 0 && isDrawn(training))
  const tasks = [...new Set(drawn.map(({ values }) => String(values['task'])))]
  const others = axes.filter(({ name }) => name !== 'task')
  return tasks.map((task) => {
    const members = drawn.filter(({ values }) => values['task'] === task)
    const { panels, remark } = studyPanels(members, others)
    const base = members.find(({ values }) =>
      Object.entries(reference).every(([axis, value]) => values[axis] === value),
    )
    const lines = panels.map(({ members: [training] }) => linesOf(training!, isScaled ? base : undefined))
    const hasPublished = lines.some((points) => points.some(({ source }) => source === 'published'))
    const losses = lines.flatMap((points) => points.map(({ loss }) => loss))
    const domain = [losses.reduce((a, b) => Math.min(a, b)) / 1.3, losses.reduce((a, b) => Math.max(a, b)) * 1.3] as [
      number,
      number,
    ]
    const epochs = lines.flat().reduce((most, { epoch }) => Math.max(most, epoch), 1)
    const ticks = decades(domain)
    const draw = (panel: number, frame: Frame) => {
      const encoding = {
        x: epochChannel(epochs, frame),
        y: {
          field: 'loss',
          type: quantitative,
          scale: { type: 'log' as const, domain, nice: false },
          axis: frame.yAxis({ title: 'training loss', values: ticks, format: '~g' }),
        },
      }
      const color = sourceColour(hasPublished)
      const of = (source: string) => ({ data: { values: lines[panel]!.filter((point) => point.source === source) } })
      return [
        {
          ...of('reference'),
          mark: { type: 'line' as const, color: quietInk, strokeDash: [4, 3], strokeWidth: 1.2 },
          encoding,
        },
        {
          ...of('published'),
          mark: { type: 'line' as const, strokeDash: publishedDash, strokeWidth: 1.4 },
          encoding: { ...encoding, color },
        },
        { ...of('ours'), mark: { type: 'line' as const }, encoding: { ...encoding, color } },
      ].filter(({ data }) => data.values.length > 0)
    }
    const slug = tasks.length > 1 ? `-${task.toLowerCase()}` : ''
    return {
      name: `paper-training-loss${slug}`,
      title: `Training loss of ${task} by epoch${hasPublished ? ', ours and published' : ''}`,
      caption:
        `Training loss of ${task} after each epoch, a mean over the epoch while the weights move: ours (solid), the mean over the ` +
        'runs that differ by their seed only' +
        (hasPublished ? ', and published (dashed), one run each.' : '.') +
        (isScaled
          ? ' The published curves are those of longer trainings and are not drawn' +
            (base === undefined ? '.' : '; dashed is our reference.')
          : '') +
        remark +
        unfinishedRemark(members, others, view),
      spec: panelGrid({
        headings: panels.map(({ members: [training] }) => trainingHeading(training!, others, view)),
        beside: 64 + sourceLegendWidth(hasPublished),
        draw,
      }),
    }
  })
}

interface LossPoint {
  source: 'ours' | 'published' | 'reference'
  epoch: number
  loss: number
}

/** The lines of a panel; a logarithmic axis has no place for a loss of 0. */
function linesOf(training: PaperTraining, base: PaperTraining | undefined): LossPoint[] {
  const published = (training.published.losses ?? []).map((point) => ({ source: 'published' as const, ...point }))
  const reference = base === undefined || base === training ? [] : meanLoss(base, 'reference')
  return [...meanLoss(training, 'ours'), ...published, ...reference].filter(({ loss }) => loss > 0)
}

const meanLoss = ({ runs }: PaperTraining, source: LossPoint['source']): LossPoint[] =>
  meanOf(
    runs.map(({ metrics }) =>
      metrics
        // The last row of a run that was interrupted is the mean over a part of an epoch.
        .filter(({ epoch }) => Number.isInteger(epoch))
        .map(({ epoch, trainLoss }) => [epoch, Number.isFinite(trainLoss) ? trainLoss : null] as const),
    ),
  ).map(({ epoch, mean }) => ({ source, epoch, loss: Number(mean.toPrecision(6)) }))
