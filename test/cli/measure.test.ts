import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { saveWeights } from '../../src/weights/weights.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandHere } from './command-line.js'

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
