import { expect, test } from 'vitest'
import { openRun } from '../../src/run/open-run.js'
import { commandLine } from '../cli/command-line.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { resultsIn, runsOf, startSweep, tinySweep, untilTraining } from './studies.js'

test('a sweep killed while it trains is finished by the same command, bit for bit', async () => {
  const axes = ['seed=1..2', 'learningRate.initial=3^-2,3^-3']
  const [uninterrupted, cwd] = [temporaryFolder(), temporaryFolder()]
  const whole = commandLine(tinySweep(axes), { cwd: uninterrupted })
  const { child, printed, ended } = startSweep(cwd, [...tinySweep(axes), '--jobs', '2'])
  await printed(/^✓/m)
  process.kill(-child.pid!, 'SIGKILL')
  expect(await ended).toMatchObject({ signal: 'SIGKILL' })
  expect(await commandLine(tinySweep(axes), { cwd })).toMatchObject({ code: 0, stderr: '' })
  expect(await whole).toMatchObject({ code: 0 })
  expect(resultsIn(cwd)).toEqual(resultsIn(uninterrupted))
  expect(resultsIn(cwd).size).toBe(4)
})

test('a sweep stops all trainings after their step at one Ctrl-C, and goes on by the same command', async () => {
  const cwd = temporaryFolder()
  const words = [...tinySweep(['seed=1..3'], { epochs: 200 }), '--jobs', '2']
  const { child, ended } = startSweep(cwd, words)
  await untilTraining(cwd, 2)
  process.kill(-child.pid!, 'SIGINT') // as a terminal does, to every process of the foreground
  const outcome = await ended
  expect(outcome).toMatchObject({ code: 130, signal: null })
  expect(outcome.stdout).toContain('Stopping all trainings after their step')
  expect(outcome.stderr).toBe('stopped after 0 of 3 points; the same command goes on\n')
  const runs = await Promise.all(runsOf(cwd).map((folder) => openRun(folder)))
  expect(runs.map(({ status }) => status)).toEqual([
    expect.objectContaining({ status: 'interrupted', lastCheckpoint: expect.anything() as unknown }),
    expect.objectContaining({ status: 'interrupted', lastCheckpoint: expect.anything() as unknown }),
  ])
  const status = await commandLine(['sweep', 'status', 'runs/tiny'], { cwd })
  expect(status.stdout).toMatch(/^1 +interrupted +\d+\/200 +seed-1_/m)
  expect(status.stdout).toMatch(/^3 +new +seed-3_/m)
})

test('a sweep prints its points and changes nothing with --dry-run', async () => {
  const cwd = temporaryFolder()
  const { stdout, code } = await commandLine([...tinySweep(['seed=1..2', 'batchSize=50,100']), '--dry-run'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^tiny {2}4 points, 2 × seed, 2 × batch size\n\nseed {2}batch size {2}state/)
  expect(stdout.match(/ new /g)).toHaveLength(4)
  expect(() => runsOf(cwd)).toThrow('ENOENT')
})
