import { fontFile } from './font.js'

/**
 * Renders an SVG document as PNG on white, with `scale` device pixels for each CSS pixel. Text uses only the shipped font,
 * so the image is the same on every machine.
 */
export async function svgToPng(svg: string, scale = 2): Promise<Buffer> {
  const { renderAsync } = await import('@resvg/resvg-js')
  const image = await renderAsync(svg, {
    background: 'white',
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: 'Inter' },
  })
  return image.asPng()
}
