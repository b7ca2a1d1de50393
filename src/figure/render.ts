import type { Figure, FigureSource } from './figure.js'
import { config } from './theme.js'
import { loadVega } from './vega.js'

/** Draws a figure in the common style. The same source gives the same SVG, byte for byte. */
export async function renderFigure(source: FigureSource): Promise<Figure> {
  const spec = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', config, ...source.spec }
  const { toSvg } = await loadVega()
  const svg = describe(shortenSvg(nameIds(await toSvg(spec), source.name)), source.title)
  return { ...source, spec, svg }
}

/** Prefixes ids with the figure's name: Vega numbers them from 0 in each document, and several figures share a page. */
function nameIds(svg: string, name: string): string {
  return svg
    .replace(/(<[^>]*? id=")([^"]+)"/g, `$1${name}-$2"`)
    .replace(/url\((?:&quot;|'|")?#([^)"'&]+)(?:&quot;|'|")?\)/g, `url(#${name}-$1)`)
}

/** Rounds coordinates to hundredths of a pixel: Vega writes up to 17 digits, which doubles the size of the files. */
export function shortenSvg(svg: string): string {
  return svg.replace(/ (d|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
  )
}

function describe(svg: string, title: string): string {
  const text = title.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
  return svg.replace('<svg ', `<svg role="img" aria-label="${text}" `)
}
