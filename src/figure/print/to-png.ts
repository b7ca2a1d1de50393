import { LayerRotationError } from '../../errors.js'
import { pngChunk } from '../indexed-png.js'
import { loadResvg } from '../resvg.js'
import type { Fonts } from './font-runs.js'
import { unusable } from './print-font.js'

/** The pixels of a PNG that fit into memory with all that draws them. */
const mostPixels = 2 ** 27

/**
 * Renders an SVG document in points as PNG on white, which says how many dots an inch has.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if it has too many pixels; INVALID_FILE for a damaged font; OUT_OF_MEMORY
 */
export async function toPng(svg: string, dpi: number, fonts: Fonts): Promise<Buffer> {
  const Resvg = await loadResvg()
  const { chosen, fallback } = fonts
  const font = { loadSystemFonts: false, defaultFontFamily: chosen.family, sansSerifFamily: chosen.family }
  try {
    const letter = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9" font-family="'${chosen.family}'">m</text></svg>`
    if (new Resvg(letter, { font: { ...font, fontBuffers: [chosen.bytes] } }).getBBox() === undefined) {
      throw new Error('the renderer of PNG cannot read it')
    }
    const fontBuffers = chosen === fallback ? [chosen.bytes] : [chosen.bytes, fallback.bytes]
    const drawing = new Resvg(svg, {
      background: 'white',
      fitTo: { mode: 'zoom', value: dpi / 72 },
      font: { ...font, fontBuffers },
    })
    const image = drawing.render()
    const png = withDensity(Buffer.from(image.asPng()), dpi)
    image.free()
    drawing.free()
    return png
  } catch (cause) {
    throw unusable(chosen.file, cause)
  }
}

/** @throws {LayerRotationError} INVALID_CONFIG */
export function requirePixels(width: number, height: number, dpi: number): void {
  const pixels = ((width * dpi) / 72) * ((height * dpi) / 72)
  if (pixels <= mostPixels) return
  const message = `the PNG would have ${Math.round(pixels / 1e6)} million pixels; expected at most ${Math.round(mostPixels / 1e6)}: choose a smaller dpi or size`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** Adds the chunk pHYs behind the header: pixels per metre to both sides. */
function withDensity(png: Buffer, dpi: number): Buffer {
  const density = Buffer.alloc(9)
  const perMetre = Math.round(dpi / 0.0254)
  density.writeUInt32BE(perMetre, 0)
  density.writeUInt32BE(perMetre, 4)
  density.writeUInt8(1, 8)
  const afterHeader = 8 + 25
  return Buffer.concat([png.subarray(0, afterHeader), pngChunk('pHYs', density), png.subarray(afterHeader)])
}
