import { describedKeys, summaryOf } from '../experiment/json-schema.js'

const keyWidth = 17
const lineWidth = 80

/** The settings of an experiment for `--help`: each key with its meaning and default. */
export function settingsHelp(): string {
  const lines = describedKeys()
    .filter(({ key }) => key !== 'name')
    .flatMap(({ key, description, ...rest }) => {
      const words = [...summaryOf(description).split(' '), ...defaultWords(rest)]
      return wrapped(words, lineWidth - keyWidth - 2).map(
        (line, index) => `  ${(index === 0 ? key : '').padEnd(keyWidth)}${line}`,
      )
    })
  return ['Settings, by their path in the experiment; `layer-rotation schema` says more:', ...lines].join('\n')
}

function defaultWords(described: { default?: unknown }): string[] {
  if (!('default' in described)) return []
  return ['[default:', `${JSON.stringify(described.default)}]`]
}

function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}
