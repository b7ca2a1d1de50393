import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRun } from '../../src/run/open-run.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { measured } from '../train/killed-run.js'
import { commandHere, commandLine, start } from './command-line.js'

/** An epoch takes a few milliseconds, and the whole long enough to be interrupted. */
const experiment = {
  name: 'tiny',
  data: { type: 'synthetic', shape: [1, 6, 6], classes: 10, train: 100, test: 20 },
  model: { type: 'mlp', hidden: [8] },
  optimizer: { type: 'layca', rule: { type: 'sgd' } },
  learningRate: { type: 'constant', initial: 0.1 },
  validation: { share: 0.1 },
  epochs: 100,
  batchSize: 30,
  device: 'cpu',
  threads: 1,
  record: { steps: 1 },
}
const words = ['run', 'tiny.json']

function workingFolder(): string {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'tiny.json'), JSON.stringify(experiment))
  return cwd
}

/** The folders of the runs in a working folder, relative to it. */
const runsIn = (cwd: string): string[] =>
  readdirSync(join(cwd, 'runs', 'tiny')).map((name) => join('runs', 'tiny', name))

/** Begins a training and interrupts it. @returns what it printed to the standard error */
async function interrupted(cwd: string): Promise<string> {
  const { child, printed, ended } = start(words, { cwd })
  await printed(/^epoch +1\//m)
  child.kill('SIGINT')
  const { code, stderr } = await ended
  expect(code).toBe(130)
  return stderr
}

test('the command that an interrupted run names continues it', async () => {
  const cwd = workingFolder()
  const stderr = await interrupted(cwd)
  const [folder] = runsIn(cwd)
  const command = /resume with `layer-rotation (.*)`\n$/.exec(stderr)?.[1]
  expect(command).toBe(`resume ${join(cwd, folder!)}`)

  const refused = await commandHere([...command!.split(' '), 'seed=2'], { cwd })
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain('seed was 1 and is 2')
  expect(refused.stderr).toContain('--accept config')

  const outcome = await commandLine(command!.split(' '), { cwd })
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  expect(outcome.stdout).toContain('resumed   after ')
  expect(outcome.stdout).toContain('finished')
  expect(runsIn(cwd)).toEqual([folder])

  const other = workingFolder()
  await commandHere(words, { cwd: other })
  expect(measured(join(cwd, folder!))).toEqual(measured(join(other, runsIn(other)[0]!)))

  const again = await commandHere(command!.split(' '), { cwd })
  expect(again).toMatchObject({
    code: 2,
    stderr: `error: ${join(cwd, folder!)} is finished; there is nothing to resume\n`,
  })
}, 180_000)

test('--resume auto continues the newest run of the same experiment, or begins one', async () => {
  const cwd = workingFolder()
  await interrupted(cwd)
  const [folder] = runsIn(cwd)
  const other = await commandHere([...words, 'epochs=1', '--resume', 'auto'], { cwd })
  expect(other).toMatchObject({ code: 0 })
  expect(other.stdout).not.toContain('resumed')
  expect(runsIn(cwd)).toHaveLength(2)

  const same = await commandHere([...words, '--resume', 'auto'], { cwd })
  expect(same).toMatchObject({ code: 0, stderr: '' })
  expect(same.stdout).toContain('resumed   after')
  expect(runsIn(cwd)).toHaveLength(2)
  expect((await openRun(join(cwd, folder!))).status.status).toBe('finished')
}, 180_000)

test('--accept with several differences resumes although all of them differ, and for more epochs', async () => {
  const cwd = workingFolder()
  await interrupted(cwd)
  const [folder] = runsIn(cwd)
  const changed = ['resume', folder!, 'epochs=101', '--threads', '2']
  expect(await commandHere([...changed, '--accept', 'config'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--accept threads') as string,
  })
  expect(await commandHere([...changed, '--accept', 'config,threads'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  const run = await openRun(join(cwd, folder!))
  expect(run.metrics.at(-1)!.epoch).toBe(101)
  expect(readFileSync(join(run.folder, 'run.log'), 'utf8')).toMatch(/ accepted: epochs .*\n.* accepted: .*threads/)
}, 180_000)

test('--accept names what it knows', async () => {
  const { code, stderr } = await commandHere(['resume', 'runs/x', '--accept', 'config,treads'])
  expect(code).toBe(2)
  expect(stderr).toContain('--accept: "treads" is not a difference that can be accepted; did you mean "threads"?')
})

test('a folder that is not a run is named', async () => {
  const { code, stderr } = await commandHere(['resume', 'no/such'])
  expect(code).toBe(2)
  expect(stderr).toContain('no/such/config.json does not exist; expected a run folder with this file')
})
