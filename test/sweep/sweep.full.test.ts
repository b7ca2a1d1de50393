import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRun } from '../../src/run/open-run.js'
import { commandLine } from '../cli/command-line.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { resultsIn, runsOf, startSweep, tinySweep, trainedBy, untilTraining } from './studies.js'

test('a sweep killed at three moments is finished by the same command, bit for bit', async () => {
  const axes = ['seed=1..6', 'learningRate.initial=3^-2,3^-3']
  const uninterrupted = temporaryFolder()
  expect(await commandLine([...tinySweep(axes), '--jobs', '2'], { cwd: uninterrupted })).toMatchObject({ code: 0 })

  const cwd = temporaryFolder()
  for (const moment of [/^plan/m, /(^✓[^]*){3}/m, /(^✓[^]*){2}/m]) {
    const { child, printed, ended } = startSweep(cwd, [...tinySweep(axes), '--jobs', '2'])
    await printed(moment)
    process.kill(-child.pid!, 'SIGKILL')
    expect(await ended).toMatchObject({ signal: 'SIGKILL' })
  }
  const last = await commandLine([...tinySweep(axes), '--jobs', '2'], { cwd })
  expect(last).toMatchObject({ code: 0, stderr: '' })
  expect(last.stdout).toMatch(/^points {4}[5-9] finished/m)
  expect(last.stdout).toMatch(/^finished {2}12 of 12 points/m)
  expect(resultsIn(cwd)).toEqual(resultsIn(uninterrupted))
  expect(resultsIn(cwd).size).toBe(12)
})

test('a sweep shares its points with another sweep on the same folder', async () => {
  const cwd = temporaryFolder()
  const words = tinySweep(['seed=1..6'])
  const outcomes = await Promise.all([commandLine(words, { cwd }), commandLine(words, { cwd })])
  for (const { code, stdout, stderr } of outcomes) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^finished {2}6 of 6 points/m)
  }
  expect(outcomes.map(trainedBy).reduce((sum, number) => sum + number)).toBe(6)
  const runs = await Promise.all(runsOf(cwd).map((folder) => openRun(folder)))
  expect(runs.map(({ environment, metrics }) => [environment.resumed, metrics.length])).toEqual(
    Array(6).fill([undefined, 3]),
  )
})

test('a sweep survives the death of a process that trains', async () => {
  const cwd = temporaryFolder()
  const words = tinySweep(['seed=1..2'], { epochs: 100 })
  const { ended } = startSweep(cwd, words)
  const [first] = await untilTraining(cwd, 1)
  process.kill((await openRun(first!)).status.pid, 'SIGKILL')
  const outcome = await ended
  expect(outcome.code).toBe(1)
  expect(outcome.stdout).toMatch(/^✗ seed 1 {2}its process ended by SIGKILL; the system may have run out of memory$/m)
  expect(outcome.stdout).toMatch(/^finished {2}1 of 2 points/m)
  const again = await commandLine(words, { cwd })
  expect(again).toMatchObject({ code: 0 })
  expect(again.stdout).toMatch(/^points {4}1 finished, 1 interrupted$/m)
})

test('a sweep begins anew in a folder that a killed process left without a record', async () => {
  const cwd = temporaryFolder()
  const words = tinySweep(['seed=1..2'])
  await commandLine(words, { cwd })
  const [first, second] = runsOf(cwd)
  // The status is the first file; the folders for weights are made before it.
  const status = readFileSync(join(first!, 'status.json'))
  rmSync(first!, { recursive: true })
  mkdirSync(join(first!, 'checkpoints', 'initial'), { recursive: true })
  writeFileSync(join(first!, 'status.json'), status)
  const config = join(second!, 'config.json')
  writeFileSync(config, readFileSync(config, 'utf8').slice(0, 100))
  const outcome = await commandLine(words, { cwd })
  expect(outcome.stdout).toMatch(/^points {4}1 unreadable, 1 new$/m)
  expect(outcome.stdout).toMatch(/^✓ seed 1/m)
  expect(outcome.stdout).toMatch(/^✗ seed 2 .*config\.json is not valid JSON/m)
  expect(outcome.code).toBe(1)
})

test('a sweep goes on after points that fail, tells why, and resumes them when asked', async () => {
  const cwd = temporaryFolder()
  const words = tinySweep(['learningRate.initial=0.1,1e38,0.2'], { optimizer: { type: 'sgd' } })
  const first = await commandLine(words, { cwd })
  expect(first.code).toBe(1)
  expect(first.stdout).toMatch(/^✗ learning rate 1e\+38 {2}the loss became /m)
  expect(first.stdout).toMatch(/^finished {2}2 of 3 points[^]*^failed {4}1 point; --retry/m)
  const second = await commandLine(words, { cwd })
  expect(second.code).toBe(1)
  expect(second.stdout).toMatch(/^points {4}2 finished, 1 failed$/m)
  expect(second.stdout).toMatch(/^✗ learning rate 1e\+38 {2}the loss became /m)
  const third = await commandLine([...words, '--retry'], { cwd })
  expect(third.stdout).toMatch(/^plan {6}1 run, /m)
})
