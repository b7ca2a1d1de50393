import { dirname, extname, join, resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { makeFolder } from '../../files/make-folder.js'
import { writeWhole } from '../../files/write.js'
import { shortenSvg } from '../render.js'
import { loadVega } from '../vega.js'
import { formats, requireFigureArguments } from './arguments.js'
import { fitLayout } from './fit-layout.js'
import { familyList, widthIn, type Fonts } from './font-runs.js'
import { readContent } from './print-content.js'
import { fontFile } from '../font.js'
import { readPrintFont } from './print-font.js'
import { printConfig } from './print-theme.js'
import { quantityName } from './quantities.js'
import { subjectsOf, type Drawable } from './subjects.js'
import { toPdf } from './to-pdf.js'
import { requirePixels, toPng } from './to-png.js'
import { pointsPerMillimetre, printSvg } from './to-svg.js'

/** The format of a figure's file. */
export type FigureFormat = (typeof formats)[number]

export interface FigureOptions {
  /**
   * Columns of layers.csv, or of steps/, such as 'rotation', 'angle' or 'gradient_norm', each of which gets a panel.
   *
   * @default "rotation"
   */
  quantity?: string | readonly string[] | undefined
  /** Patterns of the layers, in which `*` stands for any characters; by default all. */
  layers?: readonly string[] | undefined
  /** The horizontal axis; by default epochs, or steps if a run counts no epochs. */
  over?: 'epoch' | 'step' | undefined
  /** A curve for each layer, with a panel for each run; or for each run, the mean of its layers. By default the layers of a single run. */
  compare?: 'layers' | 'runs' | undefined
  /** The range of the vertical axis: that of the values, or a given one. By default 0 to 1 for rotations, and else fitted. */
  axis?: 'fitted' | readonly [low: number, high: number] | undefined
  /** The formats, if `output` is a folder. @default ["pdf"] */
  format?: readonly FigureFormat[] | undefined
  /** Millimetres, 20 to 1000. @default 85 */
  width?: number | undefined
  /** Millimetres, 15 to 1000; by default it follows from the width. */
  height?: number | undefined
  /** A TrueType or OpenType file; by default Inter, which comes with the package. */
  font?: string | undefined
  /** Points of the titles, 3 to 40; numbers and legends are an eighth smaller. @default 8 */
  fontSize?: number | undefined
  /** Dots an inch of a PNG, 36 to 4800. @default 600 */
  dpi?: number | undefined
}

/**
 * Draws a figure for a paper, in the size in which it is printed. PDF has its fonts embedded, SVG and PDF have text as text.
 *
 *     await writeFigure([await openRun('runs/mnist/…')], 'rotation.pdf', { quantity: ['rotation', 'norm'], width: 170 })
 *
 * @param runs runs, measurements of checkpoints, or a single study, whose runs that differ by their seed only are drawn as their
 *   mean with a band of one standard deviation
 * @param output a file that ends in .svg, .png or .pdf, or a folder
 * @returns the absolute paths of the files, and sentences on what is not drawn
 * @throws {LayerRotationError} INVALID_CONFIG for arguments of other types, and if a run lacks the quantity or a layer;
 *   INVALID_FILE or MISSING_FILE for a damaged run or font; WRITE_FAILED
 */
export async function writeFigure(
  runs: readonly Drawable[],
  output: string,
  options: FigureOptions = {},
): Promise<{ files: string[]; remarks: string[] }> {
  const {
    quantity,
    format,
    width: millimetres,
    height,
    font,
    fontSize,
    dpi,
    ...content
  } = requireFigureArguments(runs, output, options)
  const quantities = [...new Set(typeof quantity === 'string' ? [quantity] : quantity)]
  const targets = filesOf(output, quantities, format)
  const fonts = await readFonts(font)
  const width = millimetres * pointsPerMillimetre
  const drawn = await readContent(subjectsOf(runs), {
    quantities,
    layers: content.layers,
    over: content.over,
    compare: content.compare,
    axis: content.axis,
    width,
    fontSize,
  })
  const family = familyList(fonts.chosen)
  const widthOf = (text: string) => widthIn(text, fonts)
  const { measureBy } = await loadVega()
  measureBy(family, widthOf)
  const size = { width, height: height === undefined ? undefined : height * pointsPerMillimetre }
  const fitted = await fitLayout(drawn.content, size, { fontSize, widthOf, config: printConfig(family, fontSize) })
  const page = { width, height: fitted.height, fonts }
  const svg = shortenSvg(fitted.svg)
  const contents: { file: string; content: string | Uint8Array }[] = []
  for (const { file, format } of targets) contents.push({ file, content: await contentIn(format) })
  for (const { file, content } of contents) {
    await makeFolder(dirname(file))
    await writeWhole(file, content)
  }
  return { files: targets.map(({ file }) => file), remarks: drawn.remarks }

  async function contentIn(format: FigureFormat): Promise<string | Uint8Array> {
    if (format === 'svg') return printSvg(svg, page, 'mm')
    if (format === 'pdf') return toPdf(fitted.spec, { ...page, title: quantities.map(quantityName).join(', ') })
    requirePixels(width, fitted.height, dpi)
    return toPng(printSvg(svg, page, 'px'), dpi, fonts)
  }
}

async function readFonts(file: string | undefined): Promise<Fonts> {
  const fallback = await readPrintFont(fontFile)
  return { fallback, chosen: file === undefined ? fallback : await readPrintFont(file) }
}

function filesOf(
  output: string,
  quantities: readonly string[],
  wanted: readonly FigureFormat[] | undefined,
): { file: string; format: FigureFormat }[] {
  const path = resolve(output) // stays the same if the program changes its working directory
  const extension = extname(path).slice(1).toLowerCase()
  const format = formats.find((known) => known === extension)
  if (format === undefined) {
    // A column may be named after a file.
    const name = quantities
      .map((quantity) => quantity.replace(/[^\w.-]/g, '-'))
      .join('-')
      .slice(0, 100)
    return [...new Set(wanted ?? ['pdf' as const])].map((format) => ({ file: join(path, `${name}.${format}`), format }))
  }
  if (wanted !== undefined && (wanted.length > 1 || wanted[0] !== format)) {
    const message = `writeFigure: format is ${wanted.join(',')}, and output is ${JSON.stringify(output)}; expected a folder`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  return [{ file: path, format }]
}
