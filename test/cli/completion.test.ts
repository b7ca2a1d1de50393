import { expect, test } from 'vitest'
import { presets } from '../../src/experiment/presets.js'
import { zooNames } from '../../src/model/zoo/zoo.js'
import { paperTasks } from '../../src/paper/tasks.js'
import { commandLine } from './command-line.js'

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

test('the script for the shell', async () => {
  const { code, stdout } = await commandLine(['completion'])
  expect(code).toBe(0)
  expect(stdout).toContain('layer-rotation --get-yargs-completions')
})
