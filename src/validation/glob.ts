/** Whether `text` is as `pattern` says: `*` stands for any characters or none, `?` for one, all others for themselves. */
export function matchesGlob(text: string, pattern: string): boolean {
  let at = 0
  let next = 0
  // Of the last star, what follows it; and where in the text what it stands for ends, so far.
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
      // An earlier star need not take more: what lies between the two has been found as early as can be.
      next = behindStar
      at = ++resumeAt
    } else {
      return false
    }
  }
  return /^\**$/.test(pattern.slice(next))
}
