import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandHere, commandLine } from './command-line.js'

const commands = [
  'paper',
  'run',
  'resume',
  'sweep',
  'tune',
  'find-rate',
  'list',
  'watch',
  'compare',
  'evaluate',
  'predict',
  'models',
  'exporter',
  'plot',
  'report',
  'figure',
  'table',
  'measure',
  'python',
  'log',
  'data',
  'schema',
  'info',
  'build',
  'completion',
]

test('--help lists the commands and shows examples', async () => {
  const { code, stdout, stderr } = await commandLine(['--help'])
  expect(code).toBe(0)
  expect(stderr).toBe('')
  const listed = [...stdout.matchAll(/^ {2}layer-rotation ([\w-]+)/gm)].map(([, name]) => name)
  expect(listed.slice(0, commands.length)).toEqual(commands)
  expect(stdout).toContain('Examples:\n  layer-rotation paper mnist\n')
})

test.each([
  'paper',
  'run',
  'resume',
  'sweep',
  'tune',
  'find-rate',
  'list',
  'watch',
  'compare',
  'evaluate',
  'predict',
  'models',
  'exporter',
  'plot',
  'report',
  'figure',
  'table',
  'measure',
  'python',
  'log',
  'data',
  'schema',
  'info',
  'build',
])('%s --help names what it takes, with examples', async (command) => {
  const { code, stdout } = await commandHere([command, '--help'])
  expect(code).toBe(0)
  expect(stdout.startsWith(`layer-rotation ${command}`)).toBe(true)
  expect(stdout).not.toContain('[required] [default:')
  expect(stdout).toMatch(/Options:\n(.*\n)*.*Examples:\n {2}layer-rotation /)
})

test('no line of the help is wider than 80 columns where there is no terminal', async () => {
  for (const command of [
    [],
    ['run'],
    ['resume'],
    ['sweep'],
    ['tune'],
    ['find-rate'],
    ['list'],
    ['watch'],
    ['compare'],
    ['evaluate'],
    ['predict'],
    ['models'],
    ['plot'],
    ['paper'],
    ['report'],
    ['figure'],
    ['table'],
    ['measure'],
    ['python'],
    ['log'],
    ['build'],
  ]) {
    const { stdout } = await commandHere([...command, '--help'])
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  }
})

test("--version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(await commandLine(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` })
})

test('the messages stay English in another language', async () => {
  const { stdout } = await commandLine(['--help'], { env: { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' } })
  expect(stdout).toContain('Commands:')
})
