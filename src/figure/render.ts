import type { Figure, FigureSource } from './figure.js'
import { config } from './theme.js'
import { loadVega } from './vega.js'

/** Draws a specification in the style of all figures. The same source gives the same SVG, byte for byte. */
export async function renderFigure(source: FigureSource): Promise<Figure> {
  const spec = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', config, ...source.spec }
  const { toSvg } = await loadVega()
  const svg = describe(shorten(nameIds(await toSvg(spec), source.name)), source.title)
  return { ...source, spec, svg }
}

/** Vega numbers its ids from 0 in each document; prefixed, several figures can stand in one page. */
function nameIds(svg: string, name: string): string {
  return svg
    .replace(/(<[^>]*? id=")([^"]+)"/g, `$1${name}-$2"`)
    .replace(/url\((?:&quot;|'|")?#([^)"'&]+)(?:&quot;|'|")?\)/g, `url(#${name}-$1)`)
}

/** Two decimals of a pixel are enough; Vega writes up to 17 digits, which doubles the files. */
function shorten(svg: string): string {
  return svg.replace(/ (d|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
  )
}

function describe(svg: string, title: string): string {
  const text = title.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
  return svg.replace('<svg ', `<svg role="img" aria-label="${text}" `)
}
