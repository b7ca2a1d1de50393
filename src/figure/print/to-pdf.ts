import { once } from 'node:events'
import type { TopLevelSpec } from 'vega-lite'
import { loadVega } from '../vega.js'
import type { Fonts } from './font-runs.js'
import { nameOf, PdfContext } from './pdf-context.js'
import { unusable } from './print-font.js'
import { printPackage } from './print-package.js'

/**
 * Draws a specification as a PDF of one page, whose texts are text and whose fonts are embedded as far as they are used. The
 * same specification gives the same bytes.
 *
 * @param width points of the page
 * @param height points of the page
 * @throws {LayerRotationError} INVALID_FILE for a damaged font
 */
export async function toPdf(
  spec: TopLevelSpec,
  { width, height, fonts, title }: { width: number; height: number; fonts: Fonts; title: string },
): Promise<Buffer> {
  const { default: PDFDocument } = await printPackage('pdfkit', () => import('pdfkit'))
  const { drawOn } = await loadVega()
  // The file's identity follows from the date, which must not follow from the clock.
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    font: '',
    info: { Title: title, Producer: 'layer-rotation', Creator: 'layer-rotation', CreationDate: new Date(0) },
  })
  const parts: Buffer[] = []
  document.on('data', (part: Buffer) => parts.push(part))
  const end = once(document, 'end')
  try {
    for (const font of new Set([fonts.fallback, fonts.chosen])) {
      document.registerFont(nameOf(font), font.bytes)
    }
    await drawOn(new PdfContext(document, fonts), spec)
    document.end()
  } catch (cause) {
    throw unusable(fonts.chosen.file, cause)
  }
  await end
  return Buffer.concat(parts)
}
