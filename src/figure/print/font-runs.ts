import type { PrintFont } from './print-font.js'

/** The font of a figure, and the shipped one for the characters that it lacks, such as ⁻ and ‖. */
export interface Fonts {
  chosen: PrintFont
  fallback: PrintFont
}

/** Divides a text where its font changes. */
export function fontRuns(text: string, { chosen, fallback }: Fonts): { text: string; font: PrintFont }[] {
  const runs: { text: string; font: PrintFont }[] = []
  for (const character of text) {
    const font = chosen.has(character) || !fallback.has(character) ? chosen : fallback
    const last = runs.at(-1)
    if (last?.font === font) last.text += character
    else runs.push({ text: character, font })
  }
  return runs
}

/** The width of a text at a size of 1. */
export const widthIn = (text: string, fonts: Fonts): number =>
  fontRuns(text, fonts).reduce((sum, { text, font }) => sum + font.width(text), 0)

/** The families as CSS and SVG name them. */
export const familyList = ({ family }: PrintFont): string => `'${family}', sans-serif`
