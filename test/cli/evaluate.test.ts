import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeNpy } from '../../src/files/npy.js'
import { openTrainedRun } from '../../src/run/open-run.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandHere, tinyRun } from './command-line.js'

test('evaluate shows and writes the scores of a run, class by class', async () => {
  const cwd = temporaryFolder()
  expect((await commandHere(tinyRun(), { cwd })).code).toBe(0)
  const [name] = readdirSync(join(cwd, 'runs/mnist'))
  const folder = join('runs/mnist', name!)
  const { metrics } = await openTrainedRun(join(cwd, folder))
  const last = metrics.at(-1)!

  const { code, stdout, stderr } = await commandHere(['evaluate', folder, '--output', 'scores'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain(`accuracy  ${(100 * last.testAccuracy!).toFixed(2)} %, top-5 `)
  expect(stdout).toMatch(/data +100 test images of synthetic, 10 classes/)
  expect(stdout).toMatch(/class +images +accuracy \(%\) +precision \(%\) +most often taken for\n/)
  expect(stdout.match(/^\d +10 +/gm)).toHaveLength(10)
  expect(readdirSync(join(cwd, 'scores')).sort()).toEqual([
    'confusion.csv',
    'confusion.png',
    'confusion.svg',
    'evaluation.json',
    'per-class.csv',
    'predictions.parquet',
  ])

  const json = await commandHere(
    ['evaluate', folder, '--json', '--data', '{type: synthetic, shape: [1, 6, 6], classes: 10, train: 10, test: 7}'],
    { cwd },
  )
  expect(JSON.parse(json.stdout)).toMatchObject({ split: 'test', examples: 7, classes: 10 })

  const weights = join(folder, 'checkpoints/initial/model.safetensors')
  const bare = await commandHere(['evaluate', weights, '--experiment', join(folder, 'config.json'), '--json'], { cwd })
  expect((JSON.parse(bare.stdout) as { loss: number }).loss).not.toBe(last.testLoss)
})

test('predict shows and writes the classes of images without labels', async () => {
  const cwd = temporaryFolder()
  expect((await commandHere(tinyRun(), { cwd })).code).toBe(0)
  const folder = join('runs/mnist', readdirSync(join(cwd, 'runs/mnist'))[0]!)
  const pixels = Float32Array.from({ length: 3 * 36 }, (_, i) => i / 108)
  writeFileSync(join(cwd, 'digits.npy'), Buffer.concat(encodeNpy(pixels, [3, 6, 6])))
  const words = ['predict', folder, '--data', 'digits.npy']
  const { code, stdout, stderr } = await commandHere([...words, '--output', 'answers', '--logits'], { cwd })
  expect(code).toBe(0)
  expect(stderr + stdout).toContain('but the network was trained on 0 … 255: multiply them by 255')
  expect(stdout).toMatch(/image +class +probability\n.*0 +\d +\d+\.\d+ %\n/)
  expect(readdirSync(join(cwd, 'answers')).sort()).toEqual(['logits.npy', 'predictions.parquet'])
  const json = await commandHere([...words, '--json'], { cwd })
  expect(JSON.parse(json.stdout)).toHaveLength(3)
  expect((await commandHere(['predict', folder], { cwd })).code).toBe(2)
  const alone = await commandHere([...words, '--logits'], { cwd })
  expect(alone.stderr).toContain('--logits goes with --output')
})

test('evaluate refuses what it cannot do', async () => {
  const nowhere = await commandHere(['evaluate', '/nowhere'])
  expect([nowhere.code, nowhere.stderr]).toEqual([
    2,
    'error: /nowhere does not exist; expected a run folder or a file of weights\n',
  ])
  const alone = await commandHere(['evaluate', '/nowhere', '--logits'])
  expect(alone.stderr).toContain('--logits goes with --output')
  const split = await commandHere(['evaluate', '/nowhere', '--split', 'tets'])
  expect(split.stderr).toContain('did you mean "test"?')
})
