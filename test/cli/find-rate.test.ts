import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { commandLine, start } from './command-line.js'

function folderWith(change: object = {}): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'small.json'), JSON.stringify({ ...smallExperiment, threads: 1, ...change }))
  return folder
}

test('shows the suggestions, and writes numbers and a figure', async () => {
  const cwd = folderWith()
  const { code, stdout, stderr } = await commandLine(['find-rate', 'small.json', '--low', '1e-5', '--seed', '2'], {
    cwd,
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^small {2}\d+ steps of 100, from 1e-5 to /m)
  expect(stdout).toMatch(/^suggested +learning rate +loss +angle \(°\) +rotation$/m)
  const [, rate] = /^valley +(\S+)/m.exec(stdout)!
  expect(stdout).toContain(`train     layer-rotation run small.json seed=2 learningRate.initial=${rate}\n`)
  const files = join(cwd, 'runs', 'small-find-rate')
  expect(readdirSync(files).sort()).toEqual(['find-rate.csv', 'find-rate.json', 'find-rate.png', 'find-rate.svg'])
  const { rates, losses, layers, suggestions } = JSON.parse(readFileSync(join(files, 'find-rate.json'), 'utf8')) as {
    rates: number[]
    losses: number[]
    layers: string[]
    suggestions: { valley: number }
  }
  expect(suggestions.valley).toBeCloseTo(Number(rate), 3)
  expect(losses).toHaveLength(rates.length)
  const [header, first] = readFileSync(join(files, 'find-rate.csv'), 'utf8').split('\r\n')
  expect(header).toBe('step,rate,loss,smoothed_loss,layer,angle,rotation')
  expect(first!.split(',').slice(0, 3)).toEqual(['1', String(rates[0]), String(losses[0])])
  expect(layers).toEqual(['dense0', 'dense1'])
  // No run is among them.
  const list = await commandLine(['list', 'runs'], { cwd })
  expect(list.stdout).not.toContain('small-find-rate')
})

test('prints JSON alone with --json, and fails where nothing is suggested', async () => {
  const cwd = folderWith()
  const words = ['find-rate', 'small.json', 'optimizer={type: sgd}', '--low', '1e30', '--high', '1e38', '--json']
  const { code, stdout } = await commandLine(words, { cwd })
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ planned: 100, end: 'diverged', suggestions: { valley: null } })
})

test('stops at Ctrl-C and leaves nothing', async () => {
  const cwd = folderWith({ model: { type: 'mlp', hidden: [2048, 2048] }, batchSize: 10 })
  const { child, printed, ended } = start(['find-rate', 'small.json', '--steps', '10000', '--high', '1e-3'], { cwd })
  await printed(/step \d+\/10000/)
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  expect(code).toBe(130)
  expect(stdout).toContain('Stopping after this step')
  expect(stderr).toContain('the search was stopped; nothing was written')
  expect(existsSync(join(cwd, 'runs'))).toBe(false)
})
