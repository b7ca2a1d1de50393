import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Tuning } from '../../src/index.js'
import { commandLine, start } from '../cli/command-line.js'
import { folderOfSmall, recordIn, runsIn, words } from './small-tune.js'

test('tune that was killed goes on by the same command to the same proposal', async () => {
  const [uninterrupted, cwd] = [folderOfSmall(), folderOfSmall()]
  const command = words('learningRate=3^-3..3^-1', '--epochs', '8')
  expect(await commandLine(command, { cwd: uninterrupted })).toMatchObject({ code: 0 })
  const { child, ended } = start(command, { cwd, ownSession: true })
  while (runsIn(cwd).length < 2) await setTimeout(20)
  process.kill(-child.pid!, 'SIGKILL')
  expect(await ended).toMatchObject({ signal: 'SIGKILL' })
  expect(await commandLine(command, { cwd })).toMatchObject({ code: 0, stderr: '' })
  expect(recordIn(cwd)).toEqual(recordIn(uninterrupted))
}, 120_000)

test('tune keeps the length of its runs within a budget', async () => {
  const cwd = folderOfSmall()
  const tooSmall = await commandLine(words('--budget', '0.01s'), { cwd })
  expect(tooSmall.code).toBe(2)
  expect(tooSmall.stderr).toMatch(
    /^error: tune: budget is 0\.01 s, but 7 runs of 4 epochs, of [\d.]+ s each, take \d+ s/,
  )
  expect(runsIn(cwd)).toEqual([])
  const plan = join(cwd, 'runs', 'small-tune', 'plan.json')
  const { runs, secondsPerEpoch } = JSON.parse(readFileSync(plan, 'utf8')) as { runs: number; secondsPerEpoch: number }
  expect(runs).toBe(5)
  // A plan of the same budget is kept: 2 runs, and time for 2 more, of 6.5 epochs.
  writeFileSync(plan, JSON.stringify({ budget: 3600, runs: 2, jobs: 1, secondsPerEpoch: 3600 / (4 * 6.5) }))
  const large = await commandLine(words('learningRate=0.03,0.3', '--budget', '1h', '--json'), { cwd })
  expect(secondsPerEpoch).toBeGreaterThan(0)
  expect((JSON.parse(large.stdout) as Tuning).epochs).toEqual({ short: 6, whole: 40 })
}, 120_000)
