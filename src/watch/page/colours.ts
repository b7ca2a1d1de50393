import { interpolateViridis } from 'd3-scale-chromatic'
import { layerExtent, unorderedColours } from '../../figure/theme.js'

/** The part of the scheme that is to be seen on a dark page: without the darkest violet. */
const darkExtent: [number, number] = [0.25, 1]

/** The colour of a layer by its depth, as in the figures. @param depth 0 (first) … 1 (last) */
export function layerColour(depth: number, isDark: boolean): string {
  const [low, high] = isDark ? darkExtent : layerExtent
  return interpolateViridis(low + (high - low) * depth)
}

/** The colours from the first layer to the last, as a background. */
export function layerGradient(isDark: boolean): string {
  const stops = Array.from({ length: 9 }, (_, i) => layerColour(i / 8, isDark))
  return `linear-gradient(to right, ${stops.join(', ')})`
}

/** The colours of curves that are no layers. */
export const curveColours = unorderedColours

/** A colour of the page, by the name of its custom property. */
export const pageColour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
