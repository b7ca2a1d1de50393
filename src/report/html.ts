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

/**
 * Escapes a text, also for quoted attributes. Control characters, and those that turn the direction of writing, are shown as
 * escapes; half a surrogate pair and code points that are no characters, which a page must not hold, become U+FFFD.
 */
export function escape(text: string): string {
  const sound = printableLines(text).replace(/[\p{Cs}\p{Noncharacter_Code_Point}]/gu, '\uFFFD')
  return sound.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function insert(content: Content): string {
  if (content instanceof Html) return content.text
  if (typeof content === 'object') return content.map(insert).join('')
  return escape(String(content))
}
