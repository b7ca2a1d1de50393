import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseYaml } from '../../src/experiment/yaml.js'
import { layout } from '../../src/run/layout.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandHere, commandLine, tinyRun, type Outcome } from './command-line.js'

/** Colours, clears the screen, sets the title, links, moves the cursor in one byte, turns the direction of writing. */
const hostile = '\u001b[31m\u001b[2J\u001b]0;x\u0007\u001b]8;;x\u001b\\\u009b2J\u202e\r'
const shown = '\\u001b[31m\\u001b[2J\\u001b]0;x\\u0007'

/** Everything but plain text and ends of lines. */
const commands = /[\p{Cc}\u202e]/u

/** The output, which must not contain anything that a terminal obeys. */
function plain({ stdout, stderr }: Outcome): string {
  const output = stdout + stderr
  expect(output.replaceAll('\n', '')).not.toMatch(commands)
  return output
}

const experiment = {
  name: 'theirs',
  data: { type: 'synthetic', shape: [1, 6, 6], classes: 10, train: 100, test: 20 },
  model: { type: 'mlp', hidden: [8] },
  optimizer: { type: 'sgd' },
  learningRate: { type: 'constant', initial: 0.1 },
  epochs: 1,
  batchSize: 50,
  device: 'cpu',
  threads: 1,
}

/** A working folder with the experiment of a stranger. */
function workingFolder(change: object = {}): string {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'theirs.json'), JSON.stringify({ ...experiment, ...change }))
  return cwd
}

/** The folder of the only run. */
const runIn = (cwd: string): string => join(cwd, 'runs', 'theirs', readdirSync(join(cwd, 'runs', 'theirs'))[0]!)

test('texts of an experiment reach the terminal and the log as escapes', async () => {
  const weights = workingFolder()
  expect(await commandHere(['run', 'theirs.json'], { cwd: weights })).toMatchObject({ code: 0 })
  const initialWeights = join(weights, `${hostile}.safetensors`)
  copyFileSync(join(runIn(weights), layout.weights('last')), initialWeights)

  const cwd = workingFolder({ initialWeights })
  const outcome = await commandLine(['run', 'theirs.json'], { cwd })
  expect(plain(outcome)).toContain(`initial weights from ${weights}/${shown}`)
  expect(outcome.code).toBe(0)
  const folder = runIn(cwd)
  for (const file of ['run.log', 'config.json', 'status.json']) {
    expect(readFileSync(join(folder, file), 'utf8').replaceAll('\n', '')).not.toMatch(commands)
  }
  plain(await commandHere(['plot', 'schedule', 'theirs.json'], { cwd }))

  const printed = await commandHere(['run', 'theirs.json', '--print-config'], { cwd })
  plain(printed)
  expect(await parseYaml(printed.stdout)).toEqual(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')))

  const renamed = join('runs', 'theirs', `run${hostile}`)
  renameSync(folder, join(cwd, renamed))
  const report = await commandHere(['report', renamed], { cwd })
  expect(plain(report)).toContain(`report    runs/theirs/run${shown}`)
  expect(report.code).toBe(0)
  expect(plain(await commandHere(['resume', renamed], { cwd }))).toContain('is finished; there is nothing to resume')
})

test('wrong words, paths and keys are repeated as escapes', async () => {
  const cwd = workingFolder()
  for (const words of [
    [hostile],
    ['run', hostile],
    ['run', 'theirs.json', `${hostile}=1`],
    ['run', 'theirs.json', `epochs=${hostile}`],
    ['run', 'theirs.json', '--runs', 'x', `--${hostile}`],
    ['run', 'theirs.json', `--resume=${hostile}`],
    ['report', hostile],
    ['models', hostile],
    ['plot', hostile, 'mnist'],
    ['data', 'get', hostile],
  ]) {
    const outcome = await commandHere(words, { cwd })
    expect(outcome.code).toBe(2)
    expect(plain(outcome)).toContain('\\u001b')
  }
})

test('names of tensors in a weights file are repeated as escapes', async () => {
  const cwd = temporaryFolder()
  const header = JSON.stringify({ [`dense0${hostile}`]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)))
  writeFileSync(join(cwd, 'weights.safetensors'), Buffer.concat([length, Buffer.from(header), Buffer.alloc(4)]))
  const outcome = await commandHere(tinyRun({ initialWeights: 'weights.safetensors' }), { cwd })
  expect(outcome.code).toBe(1)
  expect(plain(outcome)).toContain('dense0\\u001b')
})

test('names of folders with images are shown as escapes while they are decoded', async () => {
  const folder = join(temporaryFolder(), `images${hostile}`)
  for (const name of ['cat', 'dog']) {
    mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, `a${hostile}.png`), 'no image')
  }
  const data = { type: 'imageFolder', train: folder, test: folder, height: 8, width: 8, classes: 2 }
  const cwd = workingFolder({ data, model: { type: 'mlp', hidden: [8], classes: 2 } })
  const outcome = await commandHere(['run', 'theirs.json'], { cwd, env: { LAYER_ROTATION_DATA: cwd } })
  expect(outcome.code).toBe(1)
  expect(plain(outcome)).toContain(`images${shown}`)
  expect(outcome.stderr).toContain(`a${shown}`)
})
