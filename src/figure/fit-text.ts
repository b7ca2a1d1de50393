import { readFontMetrics, type FontMetrics } from './font.js'

let metrics: FontMetrics | undefined

/** The width of a text in em, in the figures' font. */
export function widthOf(text: string): number {
  metrics ??= readFontMetrics()
  return metrics.width(text)
}

/**
 * Returns the text as a figure can show it: at most `width` em wide in the figures' font, shortened in its middle if it is
 * longer, because labels of runs differ at their beginning or their end. Characters that no SVG may hold, such as control
 * characters, become U+FFFD.
 */
export function fitText(text: string, width: number): string {
  const sound = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\uFFFE\uFFFF]/gu, '\uFFFD')
  if (widthOf(sound) <= width) return sound
  const characters = [...sound]
  let room = width - widthOf('…')
  let [head, tail] = [0, 0]
  for (;;) {
    const next = head <= tail ? characters[head]! : characters.at(-1 - tail)!
    room -= widthOf(next)
    if (room < 0) break
    if (head <= tail) head++
    else tail++
  }
  const [begin, end] = [characters.slice(0, head), characters.slice(characters.length - tail)]
  return `${begin.join('').trimEnd()}…${end.join('').trimStart()}`
}

/**
 * Fits labels that distinguish something: they stay all different if they were. If cutting their middles makes some of them
 * equal, what all of them begin and end with is left out.
 */
export function fitLabels(labels: readonly string[], width: number): string[] {
  const [prefix, suffix] = commonEnds(labels)
  const shortened = [
    labels,
    labels.map((label) => `…${label.slice(prefix)}`),
    labels.map((label) => `…${label.slice(prefix, label.length - suffix)}…`),
  ].map((texts) => texts.map((text) => fitText(text, width)))
  const distinct = new Set(labels).size
  return shortened.find((texts) => new Set(texts).size === distinct) ?? labels.map((_, i) => String(i + 1))
}

/** The numbers of characters that all texts begin and end with alike. */
function commonEnds(texts: readonly string[]): [prefix: number, suffix: number] {
  const [first = '', ...others] = texts
  const shortest = texts.reduce((least, { length }) => Math.min(least, length), first.length)
  let prefix = 0
  while (prefix < shortest && others.every((text) => text[prefix] === first[prefix])) prefix++
  let suffix = 0
  while (suffix < shortest - prefix && others.every((text) => text.at(-1 - suffix) === first.at(-1 - suffix))) suffix++
  return [prefix, suffix]
}
