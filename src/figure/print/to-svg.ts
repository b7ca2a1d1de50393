import { familyList, fontRuns, type Fonts } from './font-runs.js'

/** Points in a millimetre. */
export const pointsPerMillimetre = 72 / 25.4

/** Sets the size of a drawn SVG document, whose units are points; names the fallback font where a character needs it. */
export function printSvg(
  svg: string,
  { width, height, fonts }: { width: number; height: number; fonts: Fonts },
  unit: 'mm' | 'px',
): string {
  const size = (points: number) => (unit === 'px' ? String(points) : `${round(points / pointsPerMillimetre)}mm`)
  const box = `viewBox="0 0 ${round(width)} ${round(height)}"`
  return svg
    .replace(/ width="[^"]*" height="[^"]*" viewBox="[^"]*"/, ` width="${size(width)}" height="${size(height)}" ${box}`)
    .replace(/(<text [^>]*>)([^<]+)(?=<)/g, (_, start: string, text: string) => start + inFonts(text, fonts))
}

/** @param text as it stands in the document; what XML escapes is in every font */
function inFonts(text: string, fonts: Fonts): string {
  return fontRuns(text, fonts)
    .map(({ text, font }) =>
      font === fonts.chosen ? text : `<tspan font-family="${familyList(font)}">${text}</tspan>`,
    )
    .join('')
}

const round = (number: number): number => Number(number.toFixed(3))
