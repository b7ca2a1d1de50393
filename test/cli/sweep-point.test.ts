import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openTrainedRun } from '../../src/run/open-run.js'
import { runFolder } from '../../src/study/ledger.js'
import { smallStudy } from '../sweep/slurm/small-study.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandLine, start } from './command-line.js'

test('a point is trained once, on the CPUs of its task', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1], { threads: null })
  const [point] = study.points
  const words = ['sweep-point', study.folder, point!.folder]
  const env = { SLURM_JOB_ID: '7', SLURM_CPUS_PER_TASK: '1' }
  expect(await commandLine(words, { env })).toMatchObject({ code: 0, stderr: '' })
  const { config, status } = await openTrainedRun(runFolder(study.folder, point!))
  expect(config.threads).toBe(1)
  expect(status.status).toBe('finished')
  const again = await commandLine(words)
  expect(again).toMatchObject({ code: 0, stderr: '' })
  expect(again.stdout).toMatch(/^finished /)
})

test('a point that the study does not have gets a suggestion', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1])
  const name = study.points[0]!.folder
  expect(await commandLine(['sweep-point', study.folder, `${name}x`])).toMatchObject({
    code: 2,
    stderr: `error: ${study.folder} has no point "${name}x"; did you mean "${name}"?\n`,
  })
})

test.each([
  // Where scontrol is missing, a task is not queued again, and says so.
  ['SIGUSR1', 138, /not queued again: scontrol was not found/],
  ['SIGTERM', 143, /^(?!.*queued)/s],
] as const)('%s stops a task after its step', async (signal, code, printed) => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1], { epochs: 5000 })
  const [point] = study.points
  const env = { SLURM_JOB_ID: '7', SLURM_CPUS_ON_NODE: '1', PATH: '/nowhere' }
  const task = start(['sweep-point', study.folder, point!.folder], { env })
  await task.printed(/^epoch/m)
  task.child.kill(signal)
  const outcome = await task.ended
  expect(outcome.code).toBe(code)
  expect(outcome.stdout).toMatch(printed)
  expect(outcome.stderr).toContain('resume with')
  expect((await openTrainedRun(runFolder(study.folder, point!))).status.status).toBe('interrupted')
})

test('a task that Slurm warns while it starts stops with its work, not before', async () => {
  const study = await smallStudy(join(temporaryFolder(), 'study'), [1], { epochs: 5000 })
  const env = { SLURM_JOB_ID: '7', PATH: '/nowhere' }
  const task = start(['sweep-point', study.folder, study.points[0]!.folder], { env })
  // Before Node catches the signal, it ends any process.
  while (!catches(task.child.pid!, constants.signals.SIGUSR1)) await setTimeout(10)
  const timer = setInterval(() => task.child.kill('SIGUSR1'), 100)
  // Once Node tears its listeners down, the signal would end the process itself.
  await task.printed(/Stopping after this step/).finally(() => clearInterval(timer))
  const { code, stdout } = await task.ended
  expect(code).toBe(138)
  expect(stdout).toContain('not queued again: scontrol was not found')
})

function catches(pid: number, signal: number): boolean {
  const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (BigInt(`0x${caught}`) >> BigInt(signal - 1)) % 2n === 1n
}
