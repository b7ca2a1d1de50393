import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { presets } from '../../src/experiment/presets.js'
import { zooNames } from '../../src/model/zoo/zoo.js'
import { paperTasks } from '../../src/paper/tasks.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandLine, main } from './command-line.js'

async function completions(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await commandLine(['--get-yargs-completions', 'layer-rotation', ...words])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.trimEnd().split('\n')
}

test('commands', async () => {
  expect(await completions('')).toEqual(expect.arrayContaining(['paper', 'run', 'report', 'info', 'build']))
})

test('options of a command', async () => {
  expect(await completions('run', 'mnist', '--p')).toContain('--print-config')
})

test('experiments, tasks and networks', async () => {
  expect(await completions('run', '')).toEqual(expect.arrayContaining(Object.keys(presets)))
  expect(await completions('paper', '')).toEqual(expect.arrayContaining(Object.keys(paperTasks)))
  expect(await completions('models', '')).toEqual(expect.arrayContaining(zooNames))
  expect(await completions('models', 'vgg25', '')).not.toContain('vgg25')
  expect(await completions('run', 'mnist', '')).not.toContain('mnist')
  expect((await completions('plot', '')).filter((word) => word === 'schedule')).toHaveLength(1)
  expect(await completions('plot', 'schedule', '')).toEqual(expect.arrayContaining(Object.keys(presets)))
  expect(await completions('plot', 'schedule', 'mnist', '')).not.toContain('mnist')
})

test('values of --device, and keys of the experiment', async () => {
  expect(await completions('run', 'mnist', '--device', '')).toEqual(['auto', 'cpu', 'cuda'])
  expect(await completions('run', 'mnist', 'ep')).toContain('epochs=')
  expect(await completions('plot', 'schedule', 'mnist', '')).toContain('learningRate=')
  for (const words of [
    ['run', ''],
    ['run', 'mnist', '--'],
    ['info', ''],
  ]) {
    expect(await completions(...words)).not.toContain('epochs=')
  }
})

test('the script for the shell is that of SHELL, or the one that is named', async () => {
  const script = async (words: string[], SHELL: string) => (await commandLine(words, { env: { SHELL } })).stdout
  expect(await script(['completion'], '/usr/bin/zsh')).toMatch(/^#compdef layer-rotation\n/)
  expect(await script(['completion', 'zsh'], '/bin/bash')).toMatch(/^#compdef layer-rotation\n/)
  expect(await script(['completion'], '/bin/fish')).toMatch(/^# Tab completion of layer-rotation in bash/)
})

/** The lines that bash offers for the words, of which the last one is completed. */
async function inBash(words: readonly string[]): Promise<string[]> {
  const folder = temporaryFolder()
  const { stdout: script } = await commandLine(['completion', 'bash'])
  const bin = join(folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'layer-rotation'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 })
  mkdirSync(join(folder, 'below'))
  const call = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
compopt() { echo "compopt $*"; }
_layer_rotation
printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', call], { cwd: join(folder, 'below'), encoding: 'utf8' })
    .trimEnd()
    .split('\n')
}

test('bash completes with the program of a folder above, also behind npx', async () => {
  expect(await inBash(['layer-rotation', 'rep'])).toEqual(['report'])
  expect(await inBash(['npx', 'layer-rotation', 'run', 'mn'])).toEqual(['mnist'])
  expect(await inBash(['npx', 'layer-rotation', 'run', 'mnist', 'epo'])).toEqual(['compopt -o nospace', 'epochs='])
  expect(await inBash(['npx', 'other', 'rep'])).toEqual([''])
})

test('bash, which breaks words at =, completes the value of an option and no key behind a key', async () => {
  const run = ['layer-rotation', 'run', 'mnist']
  expect(await inBash([...run, '--device', '=', 'c'])).toEqual(['cpu', 'cuda'])
  expect(await inBash([...run, '--device', '='])).toEqual(['auto', 'cpu', 'cuda'])
  expect(await inBash(['npx', ...run, '--device', '=', 'a'])).toEqual(['auto'])
  expect(await inBash([...run, 'name', '=', 'e'])).toEqual([''])
  expect(await inBash([...run, 'name', '='])).toEqual([''])
  expect(await inBash(['layer-rotation', 'run', '--device', '=', 'cpu', 'mn'])).toEqual(['mnist'])
  expect(await inBash([...run, 'name', '=', 'x', 'epo'])).toEqual(['compopt -o nospace', 'epochs='])
})
