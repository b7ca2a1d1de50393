import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Tuning } from '../../src/index.js'
import { commandLine, start } from '../cli/command-line.js'
import { folderOfSmall, recordIn, runsIn, words } from './small-tune.js'

test('tune trains short runs, lets the grid grow, and verifies its proposal by whole runs', async () => {
  const cwd = folderOfSmall()
  const outcome = await commandLine(words('learningRate=3^-4..3^-2', '--verify'), { cwd })
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  const { candidates, epochs, proposal, setting, verified } = recordIn(cwd)
  expect(setting).toBe('learningRate.initial')
  expect(epochs).toEqual({ short: 4, whole: 40 })
  const values = candidates.map(({ value }) => value as number)
  // The layers reach the target above the largest candidate.
  expect(values.slice(0, 4).map((value) => Number(value.toPrecision(3)))).toEqual([0.0123, 0.037, 0.111, 0.333])
  const proposed = proposal!.value as number
  expect(proposed).toBeGreaterThanOrEqual(1 / 9)
  expect(verified![0]).toMatchObject({ value: proposed, seed: 1, failure: null })
  expect(verified!.length).toBeGreaterThanOrEqual(2)
  expect(outcome.stdout).toContain(`proposal  learningRate.initial=${Number(proposed.toPrecision(3))}\n`)
  expect(outcome.stdout).toMatch(/^sure {6}(high|medium|low): the same candidate is best in \d+ % of the samples/m)
  expect(readFileSync(join(cwd, 'runs', 'small-tune', 'tune.csv'), 'utf8')).toMatch(
    /^value,seed,layer,middle,rotation,exponent,turning,whole_rotation\r\n[\d.]+,1,dense0,false,/,
  )
  expect(readdirSync(join(cwd, 'runs', 'small-tune', 'figures'))).toContain('rotation-by-layer.svg')
}, 120_000)

test('tune stops at Ctrl-C and says so', async () => {
  const cwd = folderOfSmall()
  const { child, ended } = start(words('--epochs', '40'), { cwd, ownSession: true })
  while (runsIn(cwd).length < 1) await setTimeout(20)
  process.kill(-child.pid!, 'SIGINT')
  const outcome = await ended
  expect(outcome).toMatchObject({ code: 130, signal: null })
  expect(outcome.stderr).toMatch(/^stopped after \d of 5 points; the same command goes on\n$/)
  expect(existsSync(join(cwd, 'runs', 'small-tune', 'tune.json'))).toBe(false)
}, 120_000)

test('tune leaves out what does not train, and doubts the candidate beside it', async () => {
  const cwd = folderOfSmall()
  const command = words('optimizer={type: sgd}', 'learningRate=0.3,1e30', '--json')
  const { code, stdout, stderr } = await commandLine(command, { cwd })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { candidates, proposal } = JSON.parse(stdout) as Tuning
  expect(candidates.at(-1)).toMatchObject({
    value: 1e30,
    score: null,
    failure: expect.stringMatching(/loss/) as string,
  })
  expect(proposal).toMatchObject({ value: 0.3, confidence: 'low' })
  expect(proposal!.doubts).toContain('the next larger candidate does not train')
  expect(JSON.parse(stdout)).toEqual(recordIn(cwd))
}, 120_000)

test('tune chooses among values that are not numbers', async () => {
  const cwd = folderOfSmall()
  const command = words('optimizer={type: sgd},{type: layca, rule: {type: sgd}}')
  const outcome = await commandLine(command, { cwd })
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  const { candidates, proposal } = recordIn(cwd)
  expect(candidates.map(({ value }) => (value as { type: string }).type)).toEqual(['sgd', 'layca'])
  expect((proposal!.value as { type: string }).type).toBe('layca')
  expect(outcome.stdout).toMatch(/^proposal {2}'optimizer=\{"type":"layca"/m)
}, 120_000)
