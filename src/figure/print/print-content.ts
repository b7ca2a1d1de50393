import { LayerRotationError } from '../../errors.js'
import { count } from '../../numbers.js'
import type { Run } from '../../run/open-run.js'
import { fitLabels, fitText } from '../fit-text.js'
import { randomWalkLine } from '../random-walk-line.js'
import { targetLines } from '../target-lines.js'
import { thin } from '../thin.js'
import { subjectCurves, type SubjectCurves } from './curves.js'
import { printScale, type AxisRange } from './print-scale.js'
import type { PrintColours, PrintContent, PrintCurve, PrintGuide, PrintPanel } from './print-spec.js'
import { quantityTitles } from './quantities.js'
import { commonAxis, mostRecords, type Over, type Source } from './records.js'
import type { Subject, Subjects } from './subjects.js'

/** The content of a figure: what is drawn of which runs. */
export interface ContentOptions {
  quantities: readonly string[]
  layers: readonly string[] | undefined
  over: Over | undefined
  compare: 'layers' | 'runs' | undefined
  axis: AxisRange | undefined
  /** Points of the width. */
  width: number
  fontSize: number
}

/** A figure's content, and sentences on what is not drawn. */
export interface Content {
  content: PrintContent
  remarks: string[]
}

const [mostPanels, mostLayers, mostRuns] = [24, 200, 200]

/** The most points of all curves together: a PDF of a megabyte. */
const mostPoints = 60_000

/** The narrowest panel in sizes of the font. */
const narrowest = 11

/**
 * Reads what a figure shows: of one run its layers, of several runs the mean of the layers, each quantity in a panel of its own.
 * The layers of several runs have a panel for each run.
 *
 * @throws {LayerRotationError} INVALID_CONFIG, INVALID_FILE
 */
export async function readContent(
  { subjects, naming }: Subjects,
  { quantities, layers, over: wanted, compare: way, axis, width, fontSize }: ContentOptions,
): Promise<Content> {
  const compare = way ?? (subjects.length === 1 ? 'layers' : 'runs')
  const inOrder = naming.order.map((i) => ({ subject: subjects[i]!, label: naming.labels[i]! }))
  const headingOf = (label: string) => (naming.ordered ? `${naming.title} ${label}` : label)
  const byRun = compare === 'layers' ? inOrder : []
  const panelCount = quantities.length * Math.max(1, byRun.length)
  if (panelCount > mostPanels) {
    refuse(
      `the figure would have ${count(panelCount)} panels; expected at most ${mostPanels}: choose fewer runs, or compare: 'runs'`,
    )
  }
  const places = compare === 'runs' ? thin(inOrder.length, mostRuns) : inOrder.map((_, place) => place)
  const drawn = places.map((place) => ({ place, ...inOrder[place]! }))
  const firsts = await Promise.all(drawn.map(({ subject }) => subject.sources[0]!()))
  const over = wanted ?? commonAxis(firsts)
  const remarks = new Set<string>()
  if (drawn.length < inOrder.length) {
    remarks.add(`Drawn are ${drawn.length} of the ${count(inOrder.length)} runs, evenly spread over their order.`)
  }

  const panels: (Omit<PrintPanel, 'scale'> & { quantity: string })[] = []
  const names: (readonly string[])[] = []
  for (const quantity of quantities) {
    const read = (subject: Subject) => subjectCurves(subject, { quantity, over, layers, compare })
    const ofRuns: { place: number; label: string; curves: SubjectCurves; guides: PrintGuide[] }[] = []
    for (const [i, { place, subject, label }] of drawn.entries()) {
      const curves = await read(subject)
      if (curves.thinnedFrom !== undefined) {
        remarks.add(
          `Drawn are ${count(mostRecords)} of the ${count(curves.thinnedFrom)} records of a run, evenly spread.`,
        )
      }
      names.push(curves.layers)
      const guides = quantity === 'rotation' ? guidesOf(firsts[i]!, curves.layers, over, compare) : []
      ofRuns.push({ place, label, curves, guides })
    }
    const titles = quantityTitles(quantity).map((title) => fitText(title, 30))
    if (compare === 'runs') {
      const curves = ofRuns.map(({ place, curves }) => ({ colour: place, points: curves.curves[0]! }))
      const guides = distinct(ofRuns.flatMap(({ guides }) => guides))
      panels.push({ quantity, titles, heading: undefined, curves, guides })
      continue
    }
    for (const { label, curves, guides } of ofRuns) {
      const { drawn, note, remark } = curves.isOfRun ? curveOfRun(curves) : layersOf(curves, quantity)
      if (remark !== '') remarks.add(remark)
      const heading = [...(ofRuns.length > 1 ? [headingOf(label)] : []), ...(note === undefined ? [] : [note])].join(
        ', ',
      )
      panels.push({
        quantity,
        titles,
        heading: heading === '' ? undefined : heading,
        curves: drawn,
        guides,
      })
    }
  }
  const limit = Math.max(50, Math.floor(mostPoints / panels.reduce((sum, { curves }) => sum + curves.length, 0)))
  const scales = new Map(
    quantities.map((quantity) => {
      const points = panels
        .filter((panel) => panel.quantity === quantity)
        .flatMap(({ curves }) => curves.flatMap(({ points }) => points))
      const values = points.flatMap(({ value, low, high }) => [value, low, high])
      if (!values.some(Number.isFinite)) refuse(`${quantity} has no finite value in these runs`)
      return [quantity, printScale(quantity, values, axis)] as const
    }),
  )
  const most = Math.max(1, Math.floor((width - 4 * fontSize) / (narrowest * fontSize)))
  const sharesAxis = compare === 'layers' && byRun.length > 1
  const columns = sharesAxis
    ? columnsOf(byRun.length, most)
    : columnsOf(quantities.length, Math.max(1, Math.floor(most / 1.4)))
  const given = [...new Set(panels.flatMap(({ heading }) => heading ?? []))]
  const headings = fitLabels(given, width / columns / fontSize - 1)
  return {
    content: {
      panels: panels.map((panel) => ({
        ...panel,
        heading: panel.heading === undefined ? undefined : headings[given.indexOf(panel.heading)],
        scale: scales.get(panel.quantity)!,
        curves: panel.curves.map(({ colour, points }) => ({
          colour,
          points: thin(points.length, limit).map((i) => points[i]!),
        })),
      })),
      columns,
      sharesAxis,
      over,
      colours: coloursOf(compare, names, naming),
    },
    remarks: [...remarks],
  }
}

function coloursOf(
  compare: 'layers' | 'runs',
  names: readonly (readonly string[])[],
  naming: Subjects['naming'],
): PrintColours {
  if (compare === 'runs') return { of: 'runs', naming }
  const [first] = names
  return { of: 'layers', names: names.every((layers) => layers.join() === first!.join()) ? first : undefined }
}

/** The number of panels side by side: at most `most`, and such that the last row is as full as possible. */
const columnsOf = (panels: number, most: number): number => Math.ceil(panels / Math.ceil(panels / most))

interface DrawnCurves {
  drawn: PrintCurve[]
  /** The layers of a curve that has no colour. */
  note?: string
  remark: string
}

/** The curve of a quantity that belongs to no layer. */
const curveOfRun = ({ curves }: SubjectCurves): DrawnCurves => ({
  drawn: [{ colour: undefined, points: curves[0]! }],
  remark: '',
})

/** The curves of layers. One that all of them have is drawn once, and says so: that of the last layer would hide the others. */
function layersOf({ layers, curves }: SubjectCurves, quantity: string): DrawnCurves {
  const different = new Set(curves.map((points) => points.map(({ value }) => value).join())).size
  if (different === 1 && layers.length > 1) {
    return {
      drawn: [{ colour: undefined, points: curves[0]! }],
      note: `all ${count(layers.length)} layers`,
      remark: '',
    }
  }
  if (different < layers.length) {
    const remark = `Of ${quantity}, ${count(layers.length)} layers have ${count(different)} different curves; equal ones cover each other.`
    return { ...layersApart({ layers, curves }), remark }
  }
  return layersApart({ layers, curves })
}

function layersApart({ layers, curves }: Pick<SubjectCurves, 'layers' | 'curves'>): DrawnCurves {
  const kept = thin(layers.length, mostLayers)
  const drawn = kept.map((i) => ({ colour: i / Math.max(1, layers.length - 1), points: curves[i]! }))
  if (kept.length === layers.length) return { drawn, remark: '' }
  return {
    drawn,
    remark: `Drawn are ${mostLayers} of the ${count(layers.length)} layers, evenly spread over the depth.`,
  }
}

/** The targets and the random walk of a run; beside the means of several runs the targets alone. */
function guidesOf(source: Source, layers: readonly string[], over: Over, compare: 'layers' | 'runs'): PrintGuide[] {
  if (!('rotation' in source) || source.config === undefined) return []
  const run: Run = source
  const { epochs } = source.rotation
  const factor = over === 'step' ? source.environment.stepsPerEpoch : 1
  const rows = thin(epochs.length, 300)
  const placed = (line: readonly { epoch: number; rotation: number }[]) =>
    line.map(({ epoch, rotation }) => ({ at: epoch * factor, value: rotation }))
  const targets = targetLines(run, rows, layers).map((line) => ({ meaning: 'target' as const, points: placed(line) }))
  const walk = compare === 'layers' ? placed(randomWalkLine(run, rows)) : []
  return [...(walk.length > 0 ? [{ meaning: 'random walk' as const, points: walk }] : []), ...targets]
}

const distinct = (guides: readonly PrintGuide[]): PrintGuide[] => [
  ...new Map(guides.map((guide) => [JSON.stringify(guide), guide])).values(),
]

function refuse(message: string): never {
  throw new LayerRotationError('INVALID_CONFIG', message)
}
