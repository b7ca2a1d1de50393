import { existsSync, readFileSync } from 'node:fs'

/**
 * The entries of a journal, which the stand-in's processes write.
 * @param {string} file
 * @returns {{ pid: string, kind: string, text: string }[]}
 */
export function readJournal(file) {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => {
    const [pid = '', kind = '', ...text] = line.split('\t')
    return { pid, kind, text: text.join('\t') }
  })
}

/**
 * The violations in a journal, the same ones together.
 * @param {string} file
 * @returns {Map<string, number>}
 */
export function violationsIn(file) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const { kind, text } of readJournal(file)) {
    if (kind === 'violation') counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}
