import { quietInk } from './theme.js'

/** The meaning of a dashed line, in the words of the legend. */
export type GuideMeaning = 'random walk' | 'target'

const dashes: Record<GuideMeaning, number[]> = { 'random walk': [4, 3], target: [2, 1.5] }

/** The meanings of some lines, each once, in a fixed order. */
export function meaningsOf(guides: readonly { meaning: GuideMeaning }[]): GuideMeaning[] {
  return (Object.keys(dashes) as GuideMeaning[]).filter((name) => guides.some(({ meaning }) => meaning === name))
}

/**
 * The channel of a dashed line, with an entry in the legend.
 *
 * @param meanings all that the figure has, of which panels share one legend
 * @param legend further settings of the legend
 */
export function guideDash(meaning: GuideMeaning, meanings: readonly GuideMeaning[], legend: object = {}) {
  return {
    datum: meaning,
    type: 'nominal' as const,
    scale: { domain: [...meanings], range: meanings.map((name) => dashes[name]) },
    legend: { title: null, symbolType: 'stroke' as const, symbolStrokeColor: quietInk, ...legend },
  }
}
