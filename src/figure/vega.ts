import type { View } from 'vega'
import type { TopLevelSpec } from 'vega-lite'
import { readFontMetrics } from './font.js'

/** The part of Vega that figures need. */
export interface Drawing {
  /** Draws a Vega-Lite specification as SVG, without a canvas. */
  toSvg: (spec: TopLevelSpec) => Promise<string>
  /** Draws a Vega-Lite specification on the context of a canvas, or what stands in for one. */
  drawOn: (context: object, spec: TopLevelSpec) => Promise<void>
  /** Lets texts of a font be measured by their width at a size of 1; others are measured as in the shipped font. */
  measureBy: (font: string, width: (text: string) => number) => void
  /** The colour of a named continuous scheme at t in 0 … 1, as 'rgb(r, g, b)'. */
  colour: (scheme: string, t: number) => string
}

let loaded: Promise<Drawing> | undefined

/** Loads Vega at the first call, because it takes about as long to load as the rest of the program. */
export function loadVega(): Promise<Drawing> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Drawing> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')])
  const metrics = readFontMetrics()
  // Vega's types lack textMetrics, its hook for measuring text.
  const { textMetrics } = vega as unknown as { textMetrics: { width: (item: TextItem, text?: string) => number } }
  const widths = new Map<string, (text: string) => number>()
  textMetrics.width = (item, text = item.text ?? '') =>
    (widths.get(item.font ?? '') ?? metrics.width)(text) * (item.fontSize ?? 11)
  async function withView<Result>(spec: TopLevelSpec, draw: (view: View) => Promise<Result>): Promise<Result> {
    const problems: string[] = []
    const logger = vega.logger(vega.Warn)
    // Vega goes on after an error, too, and draws an empty figure.
    logger.warn = logger.error = (...message: readonly unknown[]) => {
      problems.push(message.join(' '))
      return logger
    }
    const view = new vega.View(vega.parse(vegaLite.compile(spec, { logger }).spec), { renderer: 'none', logger })
    try {
      const drawn = await draw(view)
      if (problems.length > 0) throw new Error(`Vega: ${problems.join('; ')}`)
      return drawn
    } finally {
      view.finalize()
    }
  }
  return {
    toSvg: (spec) =>
      withView(spec, (view) => {
        vega.resetSVGDefIds()
        return view.toSVG()
      }),
    async drawOn(context, spec) {
      await withView(spec, (view) => view.toCanvas(1, { externalContext: context }))
    },
    measureBy: (font, width) => widths.set(font, width),
    colour: (scheme, t) => (vega.scheme(scheme) as (t: number) => string)(t),
  }
}

interface TextItem {
  text?: string
  font?: string
  fontSize?: number
}
