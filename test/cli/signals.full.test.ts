import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'
import { main, start, tinyRun } from './command-line.js'
import {
  endless,
  endlessWords,
  expectToFinishReport,
  expectToFinishStep,
  expectToIgnoreHangUp,
  expectToLeaveAtOnce,
  expectToStop,
  expectToStopAfterStep,
  onlyRun,
  packageFolder,
  untilLogged,
} from './endless-run.js'

// Signals and launchers beside those of signals.test.ts.

const hasScript = spawnSync('script', ['--version']).status === 0

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGUSR1', 138],
  ['SIGUSR2', 140],
  ['SIGXCPU', 152],
] as const)('%s during training stops it after the step, with code %i', (signal, code) =>
  expectToStopAfterStep(signal, code),
)

test('a second SIGTERM leaves at once, in the middle of a step', () => expectToLeaveAtOnce('SIGTERM'))

test('a series of signals, as the kernel and Slurm send them, lets the step be finished', () =>
  expectToFinishStep(['SIGXCPU', 'SIGXCPU', 'SIGUSR1', 'SIGHUP', 'SIGTERM'], { gap: 400, codes: [152] }))

test('SIGUSR1 while the report is drawn lets it be finished', () => expectToFinishReport('SIGUSR1'))

test('a terminal that is closed ends the training, and what was measured is kept', async ({ skip }) => {
  if (!hasScript) return skip('script(1), which makes a terminal, is missing')
  const cwd = temporaryFolder()
  const words = [main, ...tinyRun({ epochs: endless })].map((word) => `'${word}'`).join(' ')
  // Closing the terminal's other side sends SIGHUP, and makes every write fail.
  const terminal = spawn('script', ['-qec', `${process.execPath} ${words}`, '/dev/null'], { cwd })
  let output = ''
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  while (!output.includes('epoch')) await setTimeout(100)
  await setTimeout(500)
  terminal.kill('SIGKILL')
  let run = await onlyRun(cwd)
  for (const begin = performance.now(); run.status.status === 'running'; run = await onlyRun(cwd)) {
    expect(performance.now() - begin).toBeLessThan(10_000)
    await setTimeout(100)
  }
  expect(run.status.status).toBe('interrupted')
  expect(run.metrics.length).toBeGreaterThanOrEqual(1)
})

describe('under npm', () => {
  test.each([
    ['SIGHUP', 'npx', ['npx', 'layer-rotation', ...tinyRun({ epochs: endless })]],
    ['SIGKILL', 'npx', ['npx', 'layer-rotation', ...tinyRun({ epochs: endless })]],
    ['SIGTERM', 'npm run', ['npm', 'run', 'train']],
  ] as const)('%s to %s alone stops the training', (signal, _title, launcher) => expectToStop(launcher, signal))

  test('a training that an npm script started in the background goes on', async () => {
    const cwd = packageFolder(`layer-rotation ${endlessWords} > log 2>&1 &`)
    const { ended } = start([], { cwd, launcher: ['npm', 'run', 'train'] })
    expect(await ended).toMatchObject({ code: 0 })
    await goesOn(cwd)
  })

  test.each(['sh', 'bash'])('a training under nohup goes on when npx, which uses %s, has ended', async (shell) => {
    const cwd = packageFolder()
    const launcher = ['bash', '-c', 'nohup npx layer-rotation "$@" > log 2>&1 & wait', 'bash']
    const env = { npm_config_script_shell: shell }
    const { child, ended } = start(tinyRun({ epochs: endless }), { cwd, env, launcher, ownSession: true })
    await untilLogged(join(cwd, 'log'), /^epoch +1\//m)
    process.kill(-child.pid!, 'SIGHUP') // to all of them, as when a terminal closes
    await ended
    await goesOn(cwd)
  })

  /** Waits for longer than the program takes to notice the end of npm. */
  async function goesOn(cwd: string): Promise<void> {
    await untilLogged(join(cwd, 'log'), /^epoch +1\//m)
    await setTimeout(2500)
    const run = await onlyRun(cwd)
    expect(run).toMatchObject({ status: { status: 'running' }, stale: false })
    process.kill(run.status.pid, 'SIGTERM')
    await untilLogged(join(cwd, 'log'), /^stopped after/m)
  }
})

describe('SIGHUP under nohup', () => {
  const run = [process.execPath, main, ...tinyRun({ epochs: endless })]

  test.each([
    ['of a script', ['nohup', 'sh', '-c', '"$@"; exit $?', 'sh', ...run]],
    ['of a script that ignores SIGHUP itself', ['sh', '-c', 'trap "" HUP; "$@"; exit $?', 'sh', ...run]],
  ])('is ignored: nohup %s', (_title, launcher) => expectToIgnoreHangUp(launcher))

  test('is ignored when a terminal closes that nohup has replaced', async ({ skip }) => {
    if (!hasScript) return skip('script(1), which makes a terminal, is missing')
    const cwd = temporaryFolder()
    const words = run.map((word) => `'${word}'`).join(' ')
    const terminal = spawn('script', ['-qec', `unset _; nohup ${words}`, '/dev/null'], { cwd })
    await untilLogged(join(cwd, 'nohup.out'), /^epoch +1\//m)
    terminal.kill('SIGKILL')
    await setTimeout(1000)
    const { status } = await onlyRun(cwd)
    expect(status.status).toBe('running')
    process.kill(status.pid, 'SIGTERM')
    await untilLogged(join(cwd, 'nohup.out'), /^stopped after/m)
  })
})
