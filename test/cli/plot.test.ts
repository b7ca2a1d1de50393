import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandHere, commandLine, type Outcome } from './command-line.js'

async function plot(cwd: string, ...words: string[]): Promise<string[]> {
  return linesOf(await commandHere(['plot', 'schedule', ...words], { cwd }))
}

function linesOf({ code, stdout, stderr }: Outcome): string[] {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.split('\n')
}

test('draws the schedule of a preset and sums it up', async () => {
  const folder = temporaryFolder()
  expect(linesOf(await commandLine(['plot', 'schedule', 'mnist'], { cwd: folder }))).toEqual([
    'mnist  3⁻², times 0.2 after 90 epochs',
    'length    100 epochs of 5 steps',
    '',
    'layers   first  largest     last  by epoch',
    'all     0.1111   0.1111  0.02222  ███████████████████████████▂▂▂',
    '',
    'figure    mnist-schedule.svg',
    '',
  ])
  expect(readFileSync(join(folder, 'mnist-schedule.svg'), 'utf8')).toMatch(/^<svg .*aria-label="Learning rate of mnist/)
})

test('takes settings as run does, and has a line for each layer that differs', async () => {
  const folder = temporaryFolder()
  const lines = await plot(
    folder,
    'mnist',
    'learningRate={type: warmup, epochs: 10, factor: 0, schedule: {type: linear, initial: 1}}',
    'multipliers={type: alpha, alpha: 0.6}',
    'epochs=20',
    '--output',
    'figures/alpha.png',
  )
  expect(lines[0]).toBe('mnist  1 to 0, linear, linear warmup of 10 epochs from 0 of it; multipliers α 0.6')
  expect(lines[1]).toBe('length    20 epochs of 5 steps')
  expect(lines.slice(4, 6)).toEqual([
    'dense0      0  0.00512  0.0001024  ▁▂▃▄▅▅▆▆▇▇▇█████▇▇▆▆▅▅▅▄▄▃▃▂▂▁',
    'dense1      0      0.5       0.01  ▁▂▃▄▅▅▆▆▇▇▇█████▇▇▆▆▅▅▅▄▄▃▃▂▂▁',
  ])
  expect(lines.at(-2)).toBe('figure    figures/alpha.png')
  const png = readFileSync(join(folder, 'figures/alpha.png'))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
})

const own = `
name: own
data: { type: imageFolder, train: a, test: b, height: 8, width: 8, classes: 2 }
model: { type: network, layers: [{ type: flatten, name: flatten }, { type: dense, name: head, units: 2 }] }
optimizer: { type: sgd }
learningRate: { type: oneCycle, maximum: 1 }
epochs: 2
batchSize: 4
`

test('assumes the number of steps if only the files know the number of images, unless it is given', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'own.yaml'), own)
  const assumed = await plot(folder, 'own.yaml')
  expect(assumed).toContain('length    2 epochs of 100 steps')
  expect(assumed.at(-3)).toBe('steps     100 an epoch are assumed; --steps-per-epoch sets them')
  const told = await plot(folder, 'own.yaml', '--steps-per-epoch', '5')
  expect(told).toContain('length    2 epochs of 5 steps')
  expect(told.join('\n')).not.toContain('assumed')
})

test('counts the steps of known data as a run does', async () => {
  const folder = temporaryFolder()
  const length = async (...words: string[]) => (await plot(folder, 'cifar10-fast', ...words))[1]
  // The paper's: 45,000 images in batches of 128.
  expect(await length('validation={share: 0.1}')).toBe('length    12 epochs of 352 steps')
  expect(await length('validation={share: 0.1}', 'batches=kerasSequence')).toBe('length    12 epochs of 351 steps')
  expect(await length('data.perClass=100')).toBe('length    12 epochs of 8 steps')
})

const module = `
import { constant, experiment, layca, mlp, mnist, multipliersFrom, perLayer, scheduleFrom, sgd, warmup } from 'layer-rotation'
const model = mlp({ hidden: [8] })
const zigzag = scheduleFrom((epoch) => 0.1 / (1 + (epoch % 2)), { epochs: 4 })
export default experiment({
  name: 'own',
  data: mnist({ perClass: 100 }),
  model,
  optimizer: layca(sgd()),
  learningRate: warmup(perLayer({ default: zigzag, layers: { '*1': constant(0.3) } }), { epochs: 1 }),
  multipliers: multipliersFrom((layer, index) => 1 / (1 + index), model),
  epochs: 4,
  batchSize: 100,
})
`

test('the functions of a TypeScript experiment are tables in its config, which draws the same', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'own.ts'), module)
  const lines = await plot(folder, 'own.ts', '--output', 'first.svg')
  expect(lines.slice(4, 6)).toEqual([
    expect.stringMatching(/^dense0 +0.01 +0.1 +0.05 /),
    expect.stringMatching(/^dense1 +0.015 +0.15 +0.15 /),
  ])
  const { stdout } = await commandHere(['run', 'own.ts', '--print-config'], { cwd: folder })
  writeFileSync(join(folder, 'printed.yaml'), stdout)
  expect((await plot(folder, 'printed.yaml', '--output', 'second.svg')).slice(0, 6)).toEqual(lines.slice(0, 6))
  const [first, second] = ['first.svg', 'second.svg'].map((file) => readFileSync(join(folder, file), 'utf8'))
  expect(second).toBe(first)
})

test('says of a table that its steps are not those of the run, and draws nothing', async () => {
  const folder = temporaryFolder()
  const table = 'learningRate={type: tabulated, values: [1, 2, 3, 4], stepsPerEpoch: 4}'
  const { code, stderr } = await commandHere(['plot', 'schedule', 'mnist', table, 'epochs=1'], { cwd: folder })
  expect(code).toBe(2)
  expect(stderr).toContain("learningRate.stepsPerEpoch is 4; expected 5, the steps of the run's epochs, or null")
  expect(existsSync(join(folder, 'mnist-schedule.svg'))).toBe(false)
})
