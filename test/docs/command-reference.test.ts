import { expect, test } from 'vitest'
import { commandReference } from '../../scripts/docs/command-reference.mjs'
import { commands } from '../../src/cli/cli.js'

const page = commandReference(commands)
const sections = new Map(page.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]))

const shown = commands.filter(({ describe }) => describe !== false)

test('the reference has every command that the help lists, in its order', () => {
  expect([...sections.keys()].slice(1)).toEqual(shown.map(({ command }) => command.split(' ')[0]))
})

test.each(shown.map((command) => [command.command.split(' ')[0]!, command] as const))(
  'and every argument, option and example of %s',
  (name, { positionals, options, examples }) => {
    const section = sections.get(name)!
    const rows = [...section.matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, row]) => row)
    expect(rows).toEqual([...Object.keys(positionals), ...Object.keys(options).map((option) => `--${option}`)])
    for (const [words] of examples) expect(section).toContain(`npx layer-rotation ${words}`)
  },
)
