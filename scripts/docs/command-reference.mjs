import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../setup/paths.mjs'
import { writePage } from './pages.mjs'

/** @typedef {import('../../src/cli/command.js').Command} Command */

/** Writes the page of all commands with their arguments and options, from the modules that define them. */
export async function makeCommandReference() {
  const { commands } = /** @type {{ commands: readonly Command[] }} */ (
    await import(pathToFileURL(join(root, 'dist', 'cli', 'cli.js')).href)
  )
  writePage('command-reference.md', commandReference(commands))
}

/**
 * @param {readonly Command[]} commands
 * @returns {string} Markdown
 */
export function commandReference(commands) {
  const shown = commands.filter(({ describe }) => describe !== false)
  return [
    '# Command reference',
    'Every command with its arguments and options, made from the code of the command line; `layer-rotation <command> --help` ' +
      'prints the same. [Commands](commands.md) has a row for each.',
    ...shown.flatMap(sectionOf),
  ].join('\n\n')
}

/** @param {Command} command */
function sectionOf({ command, describe, positionals, options, examples, notes }) {
  return [
    `## ${command.split(' ')[0]}`,
    `${describe}.`,
    fenced('text', `npx layer-rotation ${command}`),
    ...table('argument', Object.entries(positionals)),
    ...table('option', Object.entries(options), '--'),
    fenced('sh', examples.map(([words, meaning]) => `# ${meaning}\nnpx layer-rotation ${words}`).join('\n\n')),
    ...notes.map((note) => paragraph(typeof note === 'string' ? note : note())),
  ]
}

/** A note; its indented lines are code. @param {string} note */
function paragraph(note) {
  const blocks = note.split(/\n(?! )/).map((block) => {
    const [words = '', ...code] = block.split('\n')
    return code.length === 0
      ? [escaped(words)]
      : [escaped(words), fenced('text', code.map((line) => line.slice(2)).join('\n'))]
  })
  return blocks.flat().join('\n\n')
}

/**
 * @param {string} heading
 * @param {[string, import('yargs').Options | import('yargs').PositionalOptions][]} rows
 * @param {string} [prefix]
 */
function table(heading, rows, prefix = '') {
  if (rows.length === 0) return []
  const lines = rows.map(([name, spec]) => {
    const words = [escaped(spec.describe ?? ''), ...choices(spec), ...defaultWords(spec)].join('; ')
    return `| \`${prefix}${name}\` | ${words.replaceAll('|', '\\|')} |`
  })
  return [[`| ${heading} | meaning |`, '| --- | --- |', ...lines].join('\n')]
}

/** @param {import('yargs').Options | import('yargs').PositionalOptions} spec */
function choices({ choices }) {
  return choices === undefined ? [] : [`one of ${[...choices].map((choice) => `\`${choice}\``).join(', ')}`]
}

/** @param {import('yargs').Options | import('yargs').PositionalOptions} spec */
function defaultWords(spec) {
  const words = 'defaultDescription' in spec ? spec.defaultDescription : undefined
  if (words !== undefined) return [`default: ${escaped(words)}`]
  if (spec.default === undefined || spec.default === false) return []
  return [`default: \`${JSON.stringify(spec.default)}\``]
}

/** Text that Markdown shows as it is; code between backticks stays code. @param {string} text */
const escaped = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/[<>*_[\]\\{}]/g, (mark) => `&#${mark.charCodeAt(0)};`)))
    .join('')

/**
 * @param {string} language
 * @param {string} code
 */
const fenced = (language, code) => `\`\`\`${language}\n${code}\n\`\`\``
