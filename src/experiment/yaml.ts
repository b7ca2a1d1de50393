/** Deeper than any experiment, and far from where the parser of `yaml` ends the process for want of stack. */
const deepest = 200

/**
 * Reads YAML, or JSON, that may come from anybody.
 *
 * @throws {Error} for what is no YAML, nests too deep, or would grow into millions of values by its aliases
 */
export async function parseYaml(text: string): Promise<unknown> {
  if (nestsTooDeep(text)) throw new Error(`it may nest deeper than ${deepest} levels, which no experiment does`)
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { stringKeys: true, logLevel: 'error' })
  if (document.errors[0]) throw document.errors[0]
  return document.toJS()
}

/** Whether brackets, marks of lists and keys on one line, or indentation could nest so deep. */
function nestsTooDeep(text: string): boolean {
  let brackets = 0
  let marks = 0
  let indentation = 0
  let lineBegins = true
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '\n') {
      ;[marks, indentation, lineBegins] = [0, 0, true]
      continue
    }
    if (lineBegins && character === ' ') indentation++
    else lineBegins = false
    if (character === '[' || character === '{') brackets++
    else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1)
    else if ((character === '-' || character === '?' || character === ':') && /\s/.test(text[i + 1] ?? ' ')) marks++
    if (brackets > deepest || marks > deepest || indentation > 2 * deepest) return true
  }
  return false
}
