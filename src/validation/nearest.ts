/** The candidate that a typing error most likely meant; undefined if none is near. Case does not count. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase()
  const tolerance = Math.max(1, Math.floor(word.length / 3))
  const ranked = candidates
    // Words of other lengths are farther away, and comparing a word of a million letters would take all memory.
    .filter((candidate) => Math.abs(candidate.length - word.length) <= tolerance)
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= tolerance ? best.candidate : undefined
}

/** `; did you mean "…"?`, or the list of candidates if none is near. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates)
  if (near !== undefined) return `; did you mean ${JSON.stringify(near)}?`
  return candidates.length === 0 ? '' : `; expected ${listed(candidates)}`
}

/** The same, always with the list of candidates. */
export function suggestionAndList(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates)
  const hint = suggestion(word, candidates)
  return near === undefined ? hint : `${hint} Expected ${listed(candidates)}`
}

/** The candidates in one line; only the number of the last ones if they are many, as a deep network's hundreds of layers. */
export function listed(candidates: readonly string[]): string {
  if (candidates.length < many) return candidates.join(', ')
  return `${candidates.slice(0, shown).join(', ')} and ${candidates.length - shown} more`
}

const shown = 20
/** From so many candidates on only the first are shown. Leaving out fewer than six would save no space. */
const many = 26

/** Insertions, deletions, substitutions and swaps of neighbours that make `b` of `a` (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)])
  rows[0] = Array.from({ length: b.length + 1 }, (_, j) => j)
  const at = (i: number, j: number) => rows[i]![j]!
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      rows[i]![j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + substitution, swap)
    }
  }
  return at(a.length, b.length)
}
