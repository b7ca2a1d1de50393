import { printableLines } from '../printable.js'

/** HTML that can be inserted without escaping. */
export class Html {
  constructor(readonly text: string) {}
}

type Content = Html | string | number | readonly Content[]

/** A template of HTML. Inserted text is escaped, inserted Html is not; lists are inserted item by item. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.reduce((text, part, i) => text + insert(contents[i - 1] ?? '') + part))
}

/** Escapes a text, also for quoted attributes; control characters, and those that turn the direction of writing, are shown. */
export function escape(text: string): string {
  return printableLines(text).replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function insert(content: Content): string {
  if (content instanceof Html) return content.text
  if (typeof content === 'object') return content.map(insert).join('')
  return escape(String(content))
}
