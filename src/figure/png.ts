import { fontFile } from './font.js'

/**
 * An SVG document as PNG, `scale` device pixels a CSS pixel, on white. Text is set in the shipped font only, so the
 * image is the same on every machine.
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
