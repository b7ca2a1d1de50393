import type { FigureSource } from '../figure.js'
import { commonLayers, layerPanels, layerPoints, mostLayers } from '../layer-panels.js'
import { domainUpTo } from '../rotation-axis.js'
import type { RotationMark } from '../rotation-marks.js'
import { mostPanels, studyPanels } from '../study/study-panels.js'
import { thin } from '../thin.js'
import { drawnRotation, type Moments } from './drawn-rotation.js'
import type { PaperTraining, PaperView } from './paper-view.js'
import { trainingHeading } from './training-heading.js'
import { unfinishedRemark } from './unfinished-remark.js'

export interface RotationAsDrawnOptions {
  moments: Moments
  /** The last x of the authors' figure. */
  cut: number
}

/** The most points of each line. */
const mostPoints = 200

/**
 * The figure of every layer's rotation as the authors drew it, with a panel for each training, the mean over our runs, and over
 * it the published rotations.
 *
 * @returns undefined without runs
 * @throws {LayerRotationError} INVALID_FILE
 */
export async function rotationAsDrawn(
  view: PaperView,
  { moments, cut }: RotationAsDrawnOptions,
): Promise<FigureSource | undefined> {
  const { axes, trainings } = view
  const { shown, remark } = chosen(trainings.filter(({ runs }) => runs.length > 0))
  const divided = studyPanels(shown, axes)
  const panels = []
  for (const { members } of divided.panels) {
    const [training] = members
    const rotation = await drawnRotation(training!.runs, moments, cut)
    const heading = trainingHeading(training!, axes, view)
    if (rotation !== undefined) panels.push({ heading, rotation, marks: marksOf(training!, rotation, moments) })
  }
  if (panels.length === 0) return undefined
  const tables = panels.map(({ rotation }) => rotation)
  const depth = tables.reduce((most, { layers }) => Math.max(most, layers.length), 1)
  const drawn = panels.map(({ heading, rotation, marks }) => ({
    heading,
    lines: layerPoints(rotation, thin(rotation.epochs.length, mostPoints)),
    guides: [],
    marks,
  }))
  const largest = drawn
    .flatMap(({ lines }) => lines.map(({ rotation }) => rotation))
    .reduce((a, b) => Math.max(a, b), 0)
  const unit = moments === 'updates' ? 'update' : 'epoch'
  return {
    name: 'paper-rotation',
    title: `Rotation of every layer by ${unit}, as the authors drew it, coloured from the first layer to the last`,
    caption:
      `Rotation of every layer from the first (violet) to the last of ${depth} (yellow), the mean over our runs of a ` +
      `training, as the authors drew it: ${words[moments]}` +
      (tables.some(({ epochs }) => epochs.at(-1) === cut) ? `, up to x = ${cut}. ` : '. ') +
      legendOf(panels.flatMap(({ marks }) => marks)) +
      (depth > mostLayers ? `Of a network of more than ${mostLayers} layers, ${mostLayers} are drawn. ` : '') +
      remark +
      divided.remark.trim() +
      unfinishedRemark(shown, axes, view),
    spec: layerPanels(drawn, {
      layers: commonLayers(tables),
      depth,
      epochs: tables.reduce((most, { epochs }) => Math.max(most, epochs.at(-1) ?? 0), 1),
      domain: domainUpTo(largest),
      unit,
    }),
  }
}

const words: Record<Moments, string> = {
  shifted: 'x = k is the state after k − 1 epochs and one update',
  recorded: 'x = k is the state after k epochs and one update',
  updates: 'x = k is the state after k updates',
}

/** The trainings that fit into a figure: of too many, those of the authors' figures. */
function chosen(trained: readonly PaperTraining[]): { shown: readonly PaperTraining[]; remark: string } {
  const shown = trained.filter(({ published }) => published.difference !== undefined)
  if (trained.length <= mostPanels || shown.length === 0) return { shown: trained, remark: '' }
  return { shown, remark: `Drawn are the ${shown.length} trainings of the authors’ figure, of ${trained.length}. ` }
}

/** The published rotations of a training, as far as our curves reach them. */
function marksOf(
  { published }: PaperTraining,
  { layers, epochs }: { layers: readonly string[]; epochs: readonly number[] },
  moments: Moments,
): RotationMark[] {
  const end = epochs.at(-1) ?? 0
  const marks: RotationMark[] = []
  if (published.rotation !== undefined) {
    const { first, last, others, after } = published.rotation
    const epoch = moments === 'updates' ? end : after.epochs + (moments === 'shifted' ? 1 : 0)
    marks.push({ epoch, low: others[0], high: others[1], depth: null })
    if (first !== null) marks.push({ epoch, low: first, high: first, depth: 0 })
    const [low, high] = typeof last === 'number' ? [last, last] : last
    marks.push({ epoch, low, high, depth: 1 })
  }
  const { layer, points = [] } = published.rotationCurve ?? {}
  const index = layers.findIndex((name) => name === layer)
  if (index !== -1) {
    const depth = index / Math.max(1, layers.length - 1)
    for (const { epoch, rotation } of points) {
      const x = Math.floor(epoch) + (moments === 'shifted' ? 1 : 0)
      marks.push({ epoch: x, low: rotation, high: rotation, depth })
    }
  }
  return marks.filter(({ epoch }) => epoch <= end)
}

function legendOf(marks: readonly RotationMark[]): string {
  if (marks.length === 0) return ''
  const hasOthers = marks.some(({ depth }) => depth === null)
  const hasBounds = marks.some(({ depth, low, high }) => depth !== null && low < high)
  return hasOthers
    ? 'Published, read off the authors’ figure to ±0.01: circles for the first and the last layer, a black bar for the range of ' +
        `the others${hasBounds ? ', a coloured one where only bounds of the last layer are known' : ''}. `
    : 'Circles are published, read off the authors’ figure to ±0.01. '
}
