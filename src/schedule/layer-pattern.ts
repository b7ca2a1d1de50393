/** Whether a name fits a pattern, in which * stands for any characters, dots too, and ? for one. */
export function matches(pattern: string, name: string): boolean {
  const parts = [...pattern].map((character) => {
    if (character === '*') return '.*'
    return character === '?' ? '.' : character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 'su').test(name)
}
