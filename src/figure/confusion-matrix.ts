import { count } from '../numbers.js'
import type { FigureSource } from './figure.js'
import { fitLabels, widthOf } from './fit-text.js'
import { labelExpression } from './label-expression.js'
import { ink } from './theme.js'

/** The side of the matrix in pixels that is aimed at; a cell has a whole number of them, so that its edges are sharp. */
const sideAimedAt = 500
const largestCell = 46

/** The smallest side of a cell that holds the number of its images. */
const numberedCell = 32

/** Pixels from one label to the next, and the widest label in em. */
const [labelStep, widestLabel] = [13, 14]

/** The images of each class (rows) that a network takes for each class (columns). */
export interface Confusion {
  classes: number
  /** [classes][classes], row-major */
  counts: Int32Array
  /** [classes]; null for numbers. */
  names: readonly string[] | null
  /** The images in a few words, such as `10,000 test images of CIFAR-10`. */
  subject: string
}

/**
 * The figure of a confusion matrix: the colour of a cell is its share of the images of its row. It grows with the root of the
 * share, so that the rare mistakes of a good network show, too.
 */
export function confusionMatrix({ classes, counts, names, subject }: Confusion): FigureSource {
  const cell = Math.max(1, Math.min(largestCell, Math.round(sideAimedAt / classes)))
  const all = Array.from({ length: classes }, (_, label) => label)
  const labels = names === null ? all.map(String) : fitLabels(names, widestLabel)
  const every = Math.ceil(labelStep / cell)
  const shown = all.filter((label) => label % every === 0)
  const labelExpr = labelExpression(
    shown.map((label) => labels[label]!),
    `indexof(${JSON.stringify(shown)}, datum.value)`,
  )
  const widest = Math.max(...shown.map((label) => widthOf(labels[label]!))) * 10.5
  const axisOf = (title: string, labelAngle: number) => ({
    type: 'ordinal' as const,
    scale: { domain: all, padding: 0 },
    axis: { title, values: shown, labelExpr, labelAngle, labelOverlap: false as const, grid: false, domain: false },
  })
  const isUpright = widest <= cell - 2 || shown.length < 2
  const rows = { field: 'label', ...axisOf('class', 0) }
  const columns = { field: 'predicted', ...axisOf('taken for', isUpright ? 0 : -90) }
  const values = cellsOf(counts, classes)
  const cells = {
    mark: { type: 'rect' as const, stroke: 'white', strokeWidth: cell < 12 ? 0 : 1 },
    encoding: {
      x: columns,
      y: rows,
      color: {
        field: 'share',
        type: 'quantitative' as const,
        scale: { type: 'sqrt' as const, domain: [0, 100], scheme: 'blues' as const },
        legend: { title: 'share of the class (%)', values: [0, 1, 5, 20, 50, 100], gradientLength: 160 },
      },
    },
  }
  const numbers = {
    mark: { type: 'text' as const },
    encoding: {
      x: columns,
      y: rows,
      text: { field: 'images', type: 'quantitative' as const },
      color: { condition: { test: 'datum.share > 30', value: 'white' }, value: ink },
    },
  }
  const images = counts.reduce((sum, value) => sum + value, 0)
  const right = all.reduce((sum, label) => sum + counts[label * classes + label]!, 0)
  return {
    name: 'confusion',
    title: `Confusion matrix of ${subject}`,
    caption:
      `The images of each class (rows) by the class that they are taken for (columns), ${subject}: ${count(right)} of ` +
      `${count(images)} are on the diagonal. The colour grows with the root of a cell's share of its row; white cells have ` +
      'no images.',
    spec: {
      width: { step: cell },
      height: { step: cell },
      view: { stroke: '#bbbbbb' },
      data: { values },
      layer: cell >= numberedCell ? [cells, numbers] : [cells],
    },
  }
}

/** The cells with images, and their shares of their rows in percent. */
function cellsOf(counts: Int32Array, classes: number) {
  return Array.from({ length: classes }, (_, label) => {
    const row = counts.subarray(label * classes, (label + 1) * classes)
    const total = row.reduce((sum, value) => sum + value, 0)
    return Array.from(row, (images, predicted) => ({
      ...{ label, predicted, images },
      share: Number(((100 * images) / total).toFixed(3)),
    })).filter(({ images }) => images > 0)
  }).flat()
}
