import type { Document, ErrorCode, LineCounter } from 'yaml'
import { printable, printableLines } from '../printable.js'
import { excessOf } from './yaml-size.js'

/** A text that is not YAML, or not the YAML of one value. */
export class YamlError extends Error {
  /** @param place line and column, from 1; undefined if the whole text is at fault */
  constructor(
    readonly problem: string,
    place?: { line: number; col: number },
    options?: ErrorOptions,
  ) {
    super(place === undefined ? problem : `line ${place.line}, column ${place.col}: ${problem}`, options)
  }
}

/**
 * Reads YAML or JSON from an untrusted source.
 *
 * @throws {YamlError} if the text is not YAML, nests too deep, has too many values, has a key twice, or would grow into
 *   millions of values by its aliases
 */
export async function parseYaml(text: string): Promise<unknown> {
  const excess = excessOf(text)
  if (excess !== undefined) throw new YamlError(excess)
  const { LineCounter, parseDocument } = await import('yaml')
  const lineCounter = new LineCounter()
  // The parser compares each key with all others, which takes minutes for 300,000 of them; and pretty errors each look at the
  // whole text, which takes as long for as many errors.
  const quick = { uniqueKeys: false, prettyErrors: false }
  const document = parseDocument(text, { stringKeys: true, logLevel: 'error', lineCounter, ...quick })
  const [error] = document.errors
  if (error) {
    const place = lineCounter.linePos(error.pos[0])
    throw new YamlError(problems[error.code] ?? 'this is not YAML', place, { cause: error })
  }
  await checkKeys(document, lineCounter)
  try {
    return document.toJS()
  } catch (cause) {
    const problem = (cause as Error).message.startsWith('Unresolved alias')
      ? 'an alias (*name) names no anchor (&name) before it'
      : 'its aliases (*name) repeat too many values; write the values out'
    throw new YamlError(problem, undefined, { cause })
  }
}

/** The parser's errors in plain words. */
const problems: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) has an anchor or a tag; expected it alone',
  BAD_ALIAS: 'an alias (*name) or an anchor (&name) has no usable name, or no anchor is before the alias',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins no escape; double it, or use single quotes',
  BAD_INDENT: 'the line is not indented as its neighbours are, or a bracket before it is not closed',
  BAD_SCALAR_START: 'a text begins with a character that has a meaning in YAML; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value has ": " or "- " in it; put it in quotes, or on lines of its own',
  BLOCK_IN_FLOW: 'a list or an object on lines of its own is inside brackets; write it in brackets, too',
  KEY_OVER_1024_CHARS: 'a key is longer than 1,024 characters',
  MISSING_CHAR: 'a bracket, a quote, a comma, a colon or a space is missing',
  MULTILINE_IMPLICIT_KEY: 'a key is on more than one line, or a colon is missing after it',
  MULTIPLE_ANCHORS: 'a value has two anchors (&name); expected one',
  MULTIPLE_DOCS: 'a second document begins; expected one experiment, without a line --- after it',
  MULTIPLE_TAGS: 'a value has two tags (!name); expected none',
  NON_STRING_KEY: 'a key is not a text',
  RESOURCE_EXHAUSTION: 'its aliases (*name) repeat too many values; write the values out',
  TAB_AS_INDENT: 'a tab indents the line; expected spaces',
  TAG_RESOLVE_FAILED: 'a tag (!name) does not fit its value; remove it',
}

/**
 * @throws {YamlError} if a key stands twice in one object, or if the space after a key's colon is missing: to YAML, `{type:sgd}`
 *   has the key "type:sgd" without a value
 */
async function checkKeys(document: Document, lines: LineCounter): Promise<void> {
  const { isScalar, visit } = await import('yaml')
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>()
      for (const { key, value } of items) {
        if (!isScalar(key)) continue
        const [, name, rest] = value === null ? (/^(\w+):(\S.*)$/s.exec(String(key.value).slice(0, 80)) ?? []) : []
        if (name !== undefined && key.type === 'PLAIN') {
          const problem = `a space is missing after the colon of "${name}:${rest}"; expected "${name}: ${rest}"`
          throw new YamlError(problem, lines.linePos(key.range?.[0] ?? 0))
        }
        if (seen.has(key.value)) {
          const shown = JSON.stringify(String(key.value).slice(0, 80))
          throw new YamlError(`the key ${shown} stands twice; expected each once`, lines.linePos(key.range?.[0] ?? 0))
        }
        seen.add(key.value)
      }
    },
  })
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
