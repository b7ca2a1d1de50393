import { printable, printableLines } from '../printable.js'

/** The deepest nesting that is read: no experiment is as deep, and the parser of `yaml` still has stack left. */
const deepest = 200

/**
 * Reads YAML or JSON from an untrusted source.
 *
 * @throws {Error} if the text is not YAML, nests too deep, or would grow into millions of values by its aliases
 */
export async function parseYaml(text: string): Promise<unknown> {
  if (nestsTooDeep(text)) throw new Error(`it may nest deeper than ${deepest} levels; expected at most ${deepest}`)
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { stringKeys: true, logLevel: 'error' })
  if (document.errors[0]) throw document.errors[0]
  return document.toJS()
}

/** The YAML of a value, fit for a terminal: texts with control characters are quoted, so that YAML knows their escapes. */
export async function yamlText(value: unknown): Promise<string> {
  const { Document, visit } = await import('yaml')
  const document = new Document(value)
  visit(document, {
    Scalar: (_place, scalar) => {
      if (typeof scalar.value === 'string' && printable(scalar.value) !== scalar.value) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  return printableLines(document.toString())
}

/** Tells by brackets, by list and key marks on one line, and by indentation whether the text may nest too deep. */
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
