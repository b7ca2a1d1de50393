import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { expect, test, vi } from 'vitest'
import yargs from 'yargs'
import { checkWords } from '../../src/cli/check-words.js'
import { commands, runCommandLine } from '../../src/cli/cli.js'
import { codeBlocks } from './markdown.js'

/** Answers in place of the program: prints its words, each with a NUL. */
const functions = `
layer-rotation() { printf '%s\\0' "$@" >&3; printf '\\n' >&3; }
npx() { "$@"; }
exec() { "$@"; }
srun() { while [[ $1 == -* ]]; do shift; done; "$@"; }
torchrun() { srun "$@"; }
ssh() { shift 3; "$@"; }
`

/** The words of the calls of the program in lines of a shell, by bash itself, which runs nothing else. */
function callsIn(code: string): string[][] {
  const lines = code.replaceAll('\\\n', ' ').split('\n')
  const own = lines
    .filter((line) => /(^|\s|\/)layer-rotation /.test(line.replace(/#.*/, '')))
    // Placeholders such as <run…> would be redirections; output goes nowhere.
    .map((line) => line.replace(/<([\w…]+)>/g, '$1').replace(/(^|\s)\S*\.bin\/layer-rotation/, '$1layer-rotation'))
    .map((line) => line.replace(/ > \S+/, ''))
  if (own.length === 0) return []
  const script = `set -f\n${functions}\nexec_all() {\n${own.join('\n')}\n}\nexec_all 3>&1 >/dev/null\n`
  const output = execFileSync('/bin/bash', ['--norc', '-c', script], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { PATH: '/nonexistent' },
  })
  return output
    .split('\0\n')
    .filter((call) => call !== '')
    .map((call) => call.split('\0'))
}

/** Refuses what the command line would refuse before it looks at files: commands, arguments, options and their values. */
async function parse(words: readonly string[]): Promise<void> {
  const parser = yargs()
    .parserConfiguration({ 'dot-notation': false })
    .strict()
    .demandCommand(1)
    .exitProcess(false)
    .fail((found, error: Error | undefined) => {
      throw error ?? new Error(found)
    })
  for (const command of commands) parser.command({ ...command, handler: () => undefined })
  await parser.parseAsync(checkWords(words, commands))
}

const calls = codeBlocks('sh').flatMap(({ place, code }) => callsIn(code).map((words) => [place, words] as const))

test('there are command lines in the documents', () => {
  expect(calls.length).toBeGreaterThan(50)
})

test.each(calls)('%s: %j is one', async (_, words) => {
  await parse(words)
})

const examples = commands.flatMap((command) => command.examples.map(([line]) => `layer-rotation ${line}`)).join('\n')

test.each(callsIn(examples).map((words) => [words]))('an example of the help: %j', async (words) => {
  await parse(words)
})

/** Calls that set keys of an experiment that needs no file. */
const presets = calls.filter(
  ([, [command, experiment, ...rest]]) =>
    command === 'run' &&
    /^(mnist|cifar10-fast)$/.test(experiment ?? '') &&
    !rest.some((word) => /^--(resume|print)/.test(word)),
)

test.each(presets)('%s: %j has keys and values of an experiment', async (_, words) => {
  const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await runCommandLine([...words, '--print-config'])
  expect(print).toHaveBeenCalled()
})
