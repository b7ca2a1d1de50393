import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import { openRun, type Run } from '../../src/run/open-run.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { main, start, tinyRun } from './command-line.js'

/** So many epochs that only a signal ends the run. */
export const endless = 1_000_000

/** The words of a run that only a signal ends, in quotation marks for a shell. */
export const endlessWords = tinyRun({ epochs: endless })
  .map((word) => `'${word}'`)
  .join(' ')

/** The only run below a working folder. */
export async function onlyRun(cwd: string): Promise<Run> {
  const [id, ...others] = readdirSync(join(cwd, 'runs', 'mnist'))
  expect(others).toEqual([])
  return openRun(join(cwd, 'runs', 'mnist', id!))
}

/** A package in which npx and scripts find the program, as after its installation. */
export function packageFolder(script = ''): string {
  const cwd = temporaryFolder()
  const bin = join(cwd, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'layer-rotation'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, {
    mode: 0o755,
  })
  writeFileSync(
    join(cwd, 'package.json'),
    JSON.stringify({ name: 'user', version: '1.0.0', scripts: { train: script } }),
  )
  return cwd
}

export async function untilLogged(file: string, pattern: RegExp): Promise<void> {
  const begin = performance.now()
  while (!existsSync(file) || !pattern.test(readFileSync(file, 'utf8'))) {
    expect(performance.now() - begin).toBeLessThan(30_000)
    await setTimeout(100)
  }
}

/** Starts a training under npm, ends npm by a signal to it alone, and expects the training to stop with a checkpoint. */
export async function expectToStop(launcher: readonly string[], signal: NodeJS.Signals): Promise<void> {
  const cwd = packageFolder(`layer-rotation ${endlessWords} 2>&1 | cat`)
  const { child, printed, ended } = start([], { cwd, launcher, ownSession: true })
  await printed(/^epoch +1\//m)
  child.kill(signal)
  const { stdout, stderr } = await ended
  expect(stdout).toContain('npm, which started this program, has ended. Stopping after this step.')
  expect(stdout + stderr).toMatch(
    /^stopped after [^\n]*resume with `layer-rotation resume \/[^\n]*\/runs\/mnist\/[^\n]*$/m,
  )
  const { status } = await onlyRun(cwd)
  expect(status).toMatchObject({ status: 'interrupted', lastCheckpoint: { epoch: expect.any(Number) as number } })
}

/** Starts a training, and expects it to go on after SIGHUP. */
export async function expectToIgnoreHangUp(launcher: readonly string[]): Promise<void> {
  const cwd = temporaryFolder()
  const { printed, ended } = start([], { cwd, launcher, ownSession: true })
  await printed(/^epoch +1\//m)
  const { pid } = (await onlyRun(cwd)).status
  process.kill(pid, 'SIGHUP')
  await setTimeout(500)
  expect((await onlyRun(cwd)).status.status).toBe('running')
  process.kill(pid, 'SIGTERM')
  expect(await ended).toMatchObject({ code: 143 })
}

/** Sends a signal twice to a training, as npx does with a Ctrl-C, and expects the training to stop with this exit code. */
export async function expectToStopAfterStep(signal: NodeJS.Signals, code: number): Promise<void> {
  const cwd = temporaryFolder()
  const { child, printed, ended } = start(tinyRun({ epochs: endless }), { cwd, ownSession: true })
  await printed(/^epoch +1\//m)
  child.kill(signal)
  await setTimeout(20)
  child.kill(signal)
  const outcome = await ended
  expect(outcome).toMatchObject({ code, signal: null })
  expect(outcome.stdout).toContain('Stopping after this step')

  const run = await onlyRun(cwd)
  expect(run.status).toMatchObject({ status: 'interrupted', lastCheckpoint: { epoch: expect.any(Number) as number } })
  expect(run.metrics.length).toBeGreaterThanOrEqual(1)
  expect(run.rotation.epochs).toHaveLength(run.metrics.length + 1)
  expect(outcome.stderr).toMatch(/^stopped after [\d.]+ of 1000000 epochs; what was measured is in \/.*\/runs\/mnist\//)
}

/** Sends signals in turn to a training until its process has gone, and expects the exit code of the first one. */
export async function expectCodeOfFirst(signals: readonly NodeJS.Signals[], code: number): Promise<void> {
  const cwd = temporaryFolder()
  const { child, printed, ended } = start(tinyRun({ epochs: endless }), { cwd, ownSession: true })
  await printed(/^epoch +1\//m)
  for (let sent = 0; child.kill(signals[sent % signals.length]); sent++) await setTimeout(5)
  expect(await ended).toMatchObject({ code, signal: null })
  const { status } = await onlyRun(cwd)
  expect(status).toMatchObject({ status: 'interrupted', lastCheckpoint: { epoch: expect.any(Number) as number } })
}

/** One step an epoch, so long that several signals fall into it. */
const slowRun = (units: number): string[] =>
  tinyRun({
    epochs: endless,
    data: { type: 'synthetic', shape: [1, 28, 28], classes: 10, train: 10_000, test: 100 },
    batchSize: 10_000,
    'model.layers.dense0.units': units,
  })

/** Sends a signal twice to a training in the middle of a step, as an impatient person does, and expects its end. */
export async function expectToLeaveAtOnce(signal: NodeJS.Signals): Promise<void> {
  const cwd = temporaryFolder()
  const { child, printed, ended } = start(slowRun(10_000), { cwd })
  await printed(/^folder/m)
  await setTimeout(1000) // for the step to begin
  child.kill(signal)
  await printed(/Stopping after this step/)
  await setTimeout(400)
  child.kill(signal)
  const outcome = await ended
  // Shells make 130 of SIGINT.
  expect(outcome).toMatchObject({ code: null, signal, stderr: '' })

  const run = await onlyRun(cwd)
  expect(run.status.status).toBe('running')
  expect(run.stale).toBe(true)
}

/** Sends a series of signals to a training, `gap` milliseconds apart, and expects its end after the step with a checkpoint. */
export async function expectToFinishStep(
  signals: readonly NodeJS.Signals[],
  { gap, codes }: { gap: number; codes: readonly number[] },
): Promise<void> {
  const cwd = temporaryFolder()
  const { child, printed, ended } = start(slowRun(3_000), { cwd, ownSession: true })
  await printed(/^folder/m)
  await setTimeout(500) // for the step to begin
  for (const signal of signals) {
    child.kill(signal)
    await setTimeout(gap)
  }
  // To a process that the machine lets wait, signals come in the order of their numbers.
  expect(await ended).toMatchObject({ code: expect.toBeOneOf([...codes]) as number, signal: null })
  const { status } = await onlyRun(cwd)
  expect(status).toMatchObject({ status: 'interrupted', lastCheckpoint: { epoch: expect.any(Number) as number } })
}

/** Sends a signal to a program that draws the report of its training, and expects the report to be finished. */
export async function expectToFinishReport(signal: NodeJS.Signals): Promise<void> {
  const { child, printed, ended } = start(tinyRun(), { cwd: temporaryFolder() })
  await printed(/^rotation/m)
  child.kill(signal)
  const { code, stdout, stderr } = await ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Finishing the report; press Ctrl-C again to quit at once\.\nreport /m)
}
