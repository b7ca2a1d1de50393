/** Tells whether `text` matches `pattern`, in which `*` stands for any characters or none and `?` for one character. */
export function matchesGlob(text: string, pattern: string): boolean {
  let at = 0
  let next = 0
  // The place after the last star, and the end of the text that it matches so far.
  let behindStar: number | undefined
  let resumeAt = 0
  while (at < text.length) {
    if (pattern[next] === '*') {
      behindStar = ++next
      resumeAt = at
    } else if (pattern[next] === '?' || pattern[next] === text[at]) {
      next++
      at++
    } else if (behindStar !== undefined) {
      // An earlier star never has to take more: the part between the two was matched as early as possible.
      next = behindStar
      at = ++resumeAt
    } else {
      return false
    }
  }
  return /^\**$/.test(pattern.slice(next))
}
