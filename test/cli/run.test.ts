import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { presets } from '../../src/experiment/presets.js'
import type { RunEnvironment } from '../../src/run/environment.js'
import type { RunSummary } from '../../src/run/list-runs.js'
import { openRun } from '../../src/run/open-run.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandHere, commandLine, tinyRun } from './command-line.js'

describe('--print-config', () => {
  async function printedConfig(words: string[], env: NodeJS.ProcessEnv = {}, cwd = '.'): Promise<ExperimentConfig> {
    const { code, stdout, stderr } = await commandHere(['run', ...words, '--print-config'], { env, cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return parse(stdout) as ExperimentConfig
  }

  test('prints a preset with all its defaults', async () => {
    expect(await printedConfig(['mnist'])).toEqual(presets['mnist']!())
  })

  test('settings and options change it', async () => {
    const config = await printedConfig(['mnist', 'learningRate.initial=0.037', '--name', 'second-try', '--seed', '7'])
    expect(config).toMatchObject({ name: 'second-try', seed: 7, learningRate: { type: 'steps', initial: 0.037 } })
  })

  test('the environment comes before the file, the command line before the environment', async () => {
    const env = { LAYER_ROTATION_THREADS: '3', LAYER_ROTATION_DEVICE: 'cpu', LAYER_ROTATION_UNRELATED: 'x' }
    expect(await printedConfig(['mnist'], env)).toMatchObject({ threads: 3, device: 'cpu' })
    expect(await printedConfig(['mnist', '--threads', '2'], env)).toMatchObject({ threads: 2, device: 'cpu' })
    expect(await printedConfig(['mnist', 'threads=2'], env)).toMatchObject({ threads: 2, device: 'cpu' })
  })

  test('what it prints can be run again', async () => {
    const cwd = temporaryFolder()
    const { stdout } = await commandLine(['run', 'mnist', 'batchSize=500', '--print-config'])
    writeFileSync(join(cwd, 'mine.yaml'), stdout)
    expect(await printedConfig(['mine.yaml'], {}, cwd)).toEqual({ ...presets['mnist']!(), batchSize: 500 })
  })

  test.each(['mnist-layca.ts'])('examples/%s', async (file) => {
    const config = await printedConfig([new URL(`../../examples/${file}`, import.meta.url).pathname])
    expect(config).toEqual({ ...presets['mnist']!(), name: 'mnist-layca' })
  })
})

describe('training', () => {
  test('records a run, prints plain lines, and writes its report', async () => {
    const cwd = temporaryFolder()
    const { code, stdout, stderr } = await commandLine(
      [...tinyRun({ data: { type: 'mnist', perClass: 20 } }), '--name', 'tiny'],
      { cwd },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('\r')

    const [id] = readdirSync(join(cwd, 'runs', 'tiny'))
    const run = await openRun(join(cwd, 'runs', 'tiny', id!))
    expect(run.status.status).toBe('finished')
    // --name and the other options come first, because settings override them.
    const { definition } = run.environment as RunEnvironment
    expect(definition!.experiment).toBe('mnist')
    expect(definition!.overrides.slice(0, 2)).toEqual(['name="tiny"', 'epochs=2'])
    const listed = await commandHere(['list', '--json'], { cwd })
    expect((JSON.parse(listed.stdout) as RunSummary[])[0]!.overrides).toEqual(definition!.overrides)
    const report = readFileSync(join(run.folder, 'report.html'), 'utf8')
    expect(report).toMatch(/<dt>changes of it<\/dt>\s*<dd><div>name=&quot;tiny&quot; epochs=2 /)
    expect(run.metrics).toHaveLength(2)
    const { testAccuracy, trainAccuracy } = run.metrics.at(-1)!
    expect(stdout).toMatch(/^epoch 1\/2 {2}rate 0\.1 {2}loss /m)
    const last = stdout.split('\n').find((line) => line.startsWith('epoch 2/2'))
    expect(last).toContain(`train ${(100 * trainAccuracy).toFixed(2)} %  test ${(100 * testAccuracy!).toFixed(2)} %`)
    expect(stdout).toContain(`rotation  dense0 ${run.rotation.layer('dense0').at(-1)!.toFixed(3)}, dense1 `)
    expect(stdout).toContain(`report    runs/tiny/${id}/report.html`)
    expect(readFileSync(join(run.folder, 'report.html'), 'utf8')).toContain('</html>')
  })

  test('a run that diverges fails with code 1', async () => {
    const cwd = temporaryFolder()
    const settings = { optimizer: { type: 'sgd' }, learningRate: { type: 'constant', initial: 1e38 } }
    const { code, stderr } = await commandHere(tinyRun(settings), { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: the loss became /)
    expect(stderr).not.toMatch(/^ +at /m)
  })

  test('a folder that cannot be written fails with code 1', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'runs'), 'a file in its place')
    const { code, stderr } = await commandHere(tinyRun(), { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: .*runs/)
  })
})

test('report draws several runs together, below the folder that holds them', async () => {
  const cwd = temporaryFolder()
  await commandHere(tinyRun({ seed: 1 }), { cwd })
  await commandHere(tinyRun({ seed: 2 }), { cwd })
  const runs = readdirSync(join(cwd, 'runs', 'mnist')).map((id) => join('runs', 'mnist', id))
  expect(runs).toHaveLength(2)
  const beside = await commandLine(['report', ...runs], { cwd })
  expect(beside).toMatchObject({ code: 0, stderr: '' })
  expect(beside.stdout).toBe('report    runs/mnist/report.html\nfigures   runs/mnist/figures\n')
  const again = readdirSync(join(cwd, 'runs', 'mnist')).map((name) => join('runs', 'mnist', name))
  expect(again).toEqual(expect.arrayContaining(['runs/mnist/report.html', 'runs/mnist/figures']))
  expect(await commandHere(['report', ...again], { cwd })).toEqual(beside)
  const only = await commandHere(['report', 'runs/mnist/report.html', 'runs/mnist/figures'], { cwd })
  expect(only).toMatchObject({ code: 2, stderr: expect.stringContaining('name at least one run folder') as string })
  const elsewhere = await commandHere(['report', runs[0]!, '--output', 'there'], { cwd })
  expect(elsewhere).toMatchObject({ code: 0, stderr: '' })
  expect(readdirSync(join(cwd, 'there'))).toEqual(expect.arrayContaining(['figures', 'report.html']))
})
