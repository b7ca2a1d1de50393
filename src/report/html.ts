/** HTML that is safe to insert as it is. */
export class Html {
  constructor(readonly text: string) {}
}

type Content = Html | string | number | readonly Content[]

/** A template of HTML: what is inserted is escaped, unless it is Html itself; lists are inserted one after the other. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.reduce((text, part, i) => text + insert(contents[i - 1] ?? '') + part))
}

/** For text and for attributes in quotes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function insert(content: Content): string {
  if (content instanceof Html) return content.text
  if (typeof content === 'object') return content.map(insert).join('')
  return escape(String(content))
}
