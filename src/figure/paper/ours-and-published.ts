import { widthOf } from '../fit-text.js'
import { unorderedColours } from '../theme.js'

/** Our numbers are a solid line with dots, published ones a dashed line with circles. */
export const sources = ['ours', 'published'] as const

export type NumberSource = (typeof sources)[number]

/** Colours of the sources, which the data give as `source`: far apart, also in grey and without red-green vision. */
const colours: Record<NumberSource, string> = { ours: unorderedColours[0]!, published: unorderedColours[1]! }

/** Pixels of the legend's text. */
const textSize = 10.5

/** The colour of each source and its legend; a figure without published numbers has none. */
export function sourceColour(hasPublished: boolean) {
  const domain = hasPublished ? [...sources] : ['ours']
  return {
    field: 'source',
    type: 'nominal' as const,
    scale: { domain, range: sources.map((source) => colours[source]) },
    legend: hasPublished ? { title: null, symbolType: 'circle' as const, symbolOpacity: 1, symbolSize: 60 } : null,
  }
}

/** Pixels that the legend takes beside the panels. */
export const sourceLegendWidth = (hasPublished: boolean): number =>
  hasPublished ? Math.ceil((widthOf('published') + 2.5) * textSize) : 0

/** The dashes of published lines. */
export const publishedDash = [4, 3]
