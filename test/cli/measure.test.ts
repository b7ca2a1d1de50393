import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { saveWeights } from '../../src/weights/weights.js'
import { startTrainer } from '../measure/trainer.js'
import { fillDisk, smallDisk } from '../support/small-disk.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandHere, start } from './command-line.js'

/** A folder with the weights of a layer after 0 and 10 steps. */
async function series(): Promise<string> {
  const cwd = temporaryFolder()
  for (const [step, ...data] of [
    [0, 1, 0],
    [10, 1, 1],
  ] as const) {
    const tensors = new Map([['a.weight', { shape: [1, 2], data: Float32Array.from(data) }]])
    await saveWeights(join(cwd, `step${step}.safetensors`), tensors)
  }
  return cwd
}

test('prints the layers, and writes tables and a report', async () => {
  const cwd = await series()
  const { code, stdout } = await commandHere(['measure', '.', '--output', 'out'], { cwd })
  expect({ code, lines: stdout.split('\n') }).toEqual({
    code: 0,
    lines: [
      '2 checkpoints, steps 0 to 10, 1 layer',
      '',
      'layer  shape  rotation   angle  update   norm  of first',
      'a      1 × 2     0.293  45.00°       1  1.414     1.414',
      '',
      'rotation  0.293 on average, 0.293 (a) to 0.293 (a)',
      'rotation: cosine distance to the first checkpoint; angle and update (‖Δw‖/‖w‖): since the one before',
      'table     out/layers.csv',
      'report    out/report.html',
      '',
    ],
  })
  const names = ['figures', 'layers.csv', 'layers.parquet', 'measurement.json', 'report.html']
  expect(readdirSync(join(cwd, 'out')).sort()).toEqual(names)
  expect(await commandHere(['measure', '.', '--output', 'out'], { cwd })).toMatchObject({ code: 0 })
})

test('--json prints what measurement.json holds', async () => {
  const cwd = await series()
  const from = join(cwd, 'step10.safetensors')
  const { stdout } = await commandHere(['measure', '.', '--from', from, '--json', '--output', 'out'], { cwd })
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(cwd, 'out', 'measurement.json'), 'utf8')))
  expect(JSON.parse(stdout)).toMatchObject({ origin: from, checkpoints: [{ step: 0 }, { step: 10 }] })
})

test('replaces no file of a run', async () => {
  const cwd = await series()
  writeFileSync(join(cwd, 'layers.csv'), 'epoch,step,layer,rotation\n')
  expect(await commandHere(['measure', '.', '--output', '.'], { cwd })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'error: . holds layers.csv of something else, as there is no measurement.json; choose another folder\n',
  })
  expect(readFileSync(join(cwd, 'layers.csv'), 'utf8')).toBe('epoch,step,layer,rotation\n')
})

test('--follow prints a line for each checkpoint, and Ctrl-C ends it with everything written', async () => {
  const cwd = await series()
  const { child, printed, ended } = start(['measure', '.', '--follow', '--output', 'out'], { cwd })
  await printed(/^step 0 {2}.*\nstep 10 {2}0\.293 on average/m)
  const trainer = startTrainer(cwd)
  await trainer('write', 'step20.safetensors', { 'a.weight': [0, 1] })
  await printed(/^step 20 {2}1\.000 on average/m)
  await trainer('delete', 'step0.safetensors')
  await printed(/^note {6}step0\.safetensors was deleted/m)
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  expect({ code, stderr }).toEqual({ code: 130, stderr: 'stopped after 3 checkpoints\n' })
  expect(stdout).toContain('Stopping after this checkpoint; press Ctrl-C again to quit at once.')
  expect(stdout).toContain('3 checkpoints, steps 0 to 20, 1 layer\n')
  expect(stdout.slice(stdout.indexOf('table '))).toBe('table     out/layers.csv\nreport    out/report.html\n')
  const rows = readFileSync(join(cwd, 'out', 'layers.csv'), 'utf8')
    .trimEnd()
    .split('\n')
  expect(rows.map((row) => row.split(',')[0])).toEqual(['step', '0', '10', '20'])
  const { notes } = JSON.parse(readFileSync(join(cwd, 'out', 'measurement.json'), 'utf8')) as { notes: string[] }
  expect(notes).toEqual([expect.stringContaining('step0.safetensors was deleted')])
  expect(readFileSync(join(cwd, 'out', 'report.html'), 'utf8')).toContain('steps 0 to 20')
})

test('--follow --json prints a line of JSON for each checkpoint, and keeps the tables up to date', async () => {
  const cwd = await series()
  const { child, printed, ended } = start(['measure', 'new', '--follow', '--json', '--output', 'out'], { cwd })
  const trainer = startTrainer(cwd)
  await trainer('write', 'new/1.safetensors', { 'a.weight': [1, 0], 'b.weight': [1, 1] })
  await printed(/\n/)
  await trainer('write', 'new/2.safetensors', { 'a.weight': [1, 1] })
  await printed(/\n.*\n/)
  await expect.poll(() => existsSync(join(cwd, 'out', 'report.html')), { timeout: 10_000 }).toBe(true)
  child.kill('SIGTERM')
  const { code, stdout } = await ended
  expect(code).toBe(143)
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(lines).toMatchObject([
    { path: 'new/1.safetensors', step: 1, layers: [{ name: 'a', angle: null }, { name: 'b' }], notes: [] },
    {
      path: 'new/2.safetensors',
      step: 2,
      layers: [
        { name: 'a', relativeUpdate: 1 },
        { name: 'b', condition: 'missing' },
      ],
      notes: ['new/2.safetensors: without b'],
    },
  ])
})

test('--follow goes on when the disk of its output is full, and writes again later', async ({ skip }) => {
  const disk = smallDisk('size=16m')
  if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
  const cwd = await series()
  const out = join(disk, 'out')
  const { child, printed, ended } = start(['measure', '.', '--follow', '--output', out], { cwd })
  await expect.poll(() => existsSync(join(out, 'report.html')), { timeout: 10_000 }).toBe(true)
  await setTimeout(500)
  const filler = fillDisk(disk)
  const trainer = startTrainer(cwd)
  await trainer('write', 'step20.safetensors', { 'a.weight': [0, 1] })
  await printed(/^note {6}.*could not be written: .*; the next checkpoint is written again/m)
  rmSync(filler)
  await trainer('write', 'step30.safetensors', { 'a.weight': [-1, 1] })
  await printed(/^step 30 /m)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130, stderr: 'stopped after 4 checkpoints\n' })
  expect(readFileSync(join(out, 'layers.csv'), 'utf8')).toMatch(/^30,a,/m)
})

test('--follow ends before the first checkpoint without files', async () => {
  const cwd = temporaryFolder()
  const { child, ended } = start(['measure', 'nowhere', '--follow', '--output', 'out'], { cwd })
  await setTimeout(2000)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130, stderr: 'stopped after 0 checkpoints\n' })
  expect(readdirSync(cwd)).toEqual([])
})
