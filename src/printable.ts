/**
 * Control characters, line and paragraph separators, and the characters that turn the direction of writing. A terminal would
 * obey them: move its cursor, change its title, hide what follows.
 */
const commands = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text from a file, a path or another program, for a terminal or a log: characters that a terminal would obey are shown as the
 * escapes of JSON, such as `\u001b`, line ends and tabs included.
 */
export function printable(text: string): string {
  return text.replace(commands, escaped)
}

/** Like printable(), for text of several lines: line ends and tabs stay. */
export function printableLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(commands, (character) => (/[\n\t]/.test(character) ? character : escaped(character)))
}

function escaped(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
