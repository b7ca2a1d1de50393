import type { TopLevelSpec } from 'vega-lite'
import { readFontMetrics } from './font.js'

/** The part of Vega that figures need. */
export interface Drawing {
  /** Draws a Vega-Lite specification as SVG, without a canvas. */
  toSvg: (spec: TopLevelSpec) => Promise<string>
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
  textMetrics.width = (item, text) => metrics.width(text ?? item.text ?? '') * (item.fontSize ?? 11)
  return {
    async toSvg(spec) {
      const problems: string[] = []
      const logger = vega.logger(vega.Warn)
      // Vega goes on after an error, too, and draws an empty figure.
      logger.warn = logger.error = (...message: readonly unknown[]) => {
        problems.push(message.join(' '))
        return logger
      }
      const view = new vega.View(vega.parse(vegaLite.compile(spec, { logger }).spec), { renderer: 'none', logger })
      try {
        vega.resetSVGDefIds()
        const svg = await view.toSVG()
        if (problems.length > 0) throw new Error(`Vega: ${problems.join('; ')}`)
        return svg
      } finally {
        view.finalize()
      }
    },
    colour: (scheme, t) => (vega.scheme(scheme) as (t: number) => string)(t),
  }
}

interface TextItem {
  text?: string
  fontSize?: number
}
