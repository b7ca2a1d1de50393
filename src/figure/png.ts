import { readFile } from 'node:fs/promises'
import { reading } from '../files/reading.js'
import { fontFile } from './font.js'
import { loadResvg } from './resvg.js'

/**
 * Renders an SVG document as PNG on white, with `scale` device pixels for each CSS pixel. Text uses only the shipped font,
 * so the image is the same on every machine.
 *
 * @throws {Error} if the document cannot be rendered
 */
export async function svgToPng(svg: string, scale = 2): Promise<Buffer> {
  const Resvg = await loadResvg()
  const font = await reading(fontFile, () => readFile(fontFile))
  try {
    const drawing = new Resvg(svg, {
      background: 'white',
      fitTo: { mode: 'zoom', value: scale },
      font: { loadSystemFonts: false, fontBuffers: [font], defaultFontFamily: 'Inter' },
    })
    const image = drawing.render()
    const png = Buffer.from(image.asPng())
    image.free()
    drawing.free()
    return png
  } catch (cause) {
    throw new Error(`the figure cannot be drawn as PNG: ${String(cause)}`, { cause })
  }
}
