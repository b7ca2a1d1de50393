import { fontRuns, type Fonts } from './font-runs.js'
import type { PrintFont } from './print-font.js'

type Document = PDFKit.PDFDocument

/** The state that `save` keeps beside that of the document. */
interface State {
  fillStyle: string | Gradient
  strokeStyle: string | Gradient
  globalAlpha: number
  lineWidth: number
  lineCap: 'butt' | 'round' | 'square'
  lineJoin: 'miter' | 'round' | 'bevel'
  miterLimit: number
  font: string
  textAlign: string
  dash: readonly number[]
  origin: readonly [x: number, y: number]
}

interface Gradient {
  ends: readonly [number, number, number, number]
  stops: [offset: number, colour: string][]
  addColorStop: (offset: number, colour: string) => void
}

/**
 * A canvas' drawing context that draws into a PDF, as far as Vega's marks need it: paths, clips, gradients, and texts as text.
 * Vega measures texts by itself, and shifts them to their baseline.
 */
export class PdfContext implements State {
  fillStyle: string | Gradient = '#000'
  strokeStyle: string | Gradient = '#000'
  globalAlpha = 1
  lineWidth = 1
  lineCap: State['lineCap'] = 'butt'
  lineJoin: State['lineJoin'] = 'miter'
  miterLimit = 10
  font = '10px'
  textAlign = 'left'
  dash: readonly number[] = []
  /**
   * The translation since the last turn. It is added to the points, because a canvas translates those of a path as they come,
   * and a PDF all of them at the end.
   */
  origin: readonly [x: number, y: number] = [0, 0]
  private path = ''
  private readonly states: State[] = []

  constructor(
    private readonly document: Document,
    private readonly fonts: Fonts,
  ) {}

  save(): void {
    const { fillStyle, strokeStyle, globalAlpha, font, textAlign, origin } = this
    const { lineWidth, lineCap, lineJoin, miterLimit, dash } = this
    const line = { lineWidth, lineCap, lineJoin, miterLimit, dash }
    this.states.push({ fillStyle, strokeStyle, globalAlpha, font, textAlign, origin, ...line })
    this.document.save()
  }

  restore(): void {
    Object.assign(this, this.states.pop())
    this.document.restore()
  }

  translate(x: number, y: number): void {
    this.origin = this.placed(x, y)
  }

  scale(x: number, y: number): void {
    this.moveOrigin()
    this.document.scale(x, y)
  }

  rotate(radians: number): void {
    this.moveOrigin()
    this.document.rotate((radians * 180) / Math.PI)
  }

  private moveOrigin(): void {
    this.document.translate(...this.origin)
    this.origin = [0, 0]
  }

  private placed(x: number, y: number): [x: number, y: number] {
    return [this.origin[0] + x, this.origin[1] + y]
  }

  beginPath(): void {
    this.path = ''
  }

  closePath(): void {
    this.path += 'Z'
  }

  moveTo(x: number, y: number): void {
    this.add('M', this.placed(x, y))
  }

  lineTo(x: number, y: number): void {
    this.add(this.path === '' ? 'M' : 'L', this.placed(x, y))
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.add('C', [...this.placed(x1, y1), ...this.placed(x2, y2), ...this.placed(x, y)])
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y)
    this.lineTo(x + width, y)
    this.lineTo(x + width, y + height)
    this.lineTo(x, y + height)
    this.closePath()
  }

  /** A whole circle, as the marks of points are. */
  arc(x: number, y: number, radius: number): void {
    this.moveTo(x + radius, y)
    for (const end of [x - radius, x + radius]) this.add('A', [radius, radius, 0, 1, 1, ...this.placed(end, y)])
    this.closePath()
  }

  private add(command: string, numbers: readonly number[]): void {
    this.path += `${command}${numbers.map((number) => Number(number.toFixed(3))).join(' ')}`
  }

  clip(): void {
    this.document.path(this.path).clip()
  }

  fill(): void {
    if (this.path === '') return
    this.document.path(this.path).fillOpacity(this.globalAlpha).fill(this.paint(this.fillStyle))
  }

  stroke(): void {
    if (this.path === '') return
    const { document, lineWidth, lineCap, lineJoin, miterLimit, dash } = this
    document.path(this.path).lineWidth(lineWidth).lineCap(lineCap).lineJoin(lineJoin).miterLimit(miterLimit)
    if (dash.some((length) => length > 0)) document.dash(dash[0]!, { space: dash[1]! })
    else document.undash()
    document.strokeOpacity(this.globalAlpha).stroke(this.paint(this.strokeStyle))
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.beginPath()
    this.rect(x, y, width, height)
    this.fill()
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = dash
  }

  createLinearGradient(x1: number, y1: number, x2: number, y2: number): Gradient {
    const ends = [...this.placed(x1, y1), ...this.placed(x2, y2)] as const
    const stops: Gradient['stops'] = []
    return { ends, stops, addColorStop: (offset, colour) => stops.push([offset, colour]) }
  }

  fillText(text: string, x: number, y: number): void {
    const { document, fonts, textAlign } = this
    const size = Number(/([\d.]+)px/.exec(this.font)?.[1])
    const runs = fontRuns(text, fonts).map((run) => {
      document.font(nameOf(run.font)).fontSize(size)
      return { ...run, width: document.widthOfString(run.text) }
    })
    const width = runs.reduce((sum, run) => sum + run.width, 0)
    const [left, baseline] = this.placed(x, y)
    let at = left - (textAlign === 'center' ? width / 2 : textAlign === 'right' ? width : 0)
    document.fillOpacity(this.globalAlpha).fillColor(this.paint(this.fillStyle))
    for (const { text, font, width } of runs) {
      document.font(nameOf(font)).fontSize(size).text(text, at, baseline, { lineBreak: false, baseline: 'alphabetic' })
      at += width
    }
  }

  private paint(style: string | Gradient): string | PDFKit.PDFGradient {
    if (typeof style === 'string') return colour(style)
    const gradient = this.document.linearGradient(...style.ends)
    for (const [offset, text] of style.stops) gradient.stop(offset, colour(text))
    return gradient
  }
}

/** The name of a font in the document. */
export const nameOf = ({ family }: PrintFont): string => family

/** A colour of CSS as pdfkit takes it, which does not know `rgb(…)`. */
function colour(text: string): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(text)
  if (!parts) return text
  return `#${parts
    .slice(1)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`
}
