import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openRun } from '../../src/run/open-run.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandHere, commandLine, main, start, tinyRun } from './command-line.js'
import {
  endless,
  expectCodeOfFirst,
  expectToFinishReport,
  expectToFinishStep,
  expectToIgnoreHangUp,
  expectToLeaveAtOnce,
  expectToStop,
  expectToStopAfterStep,
  onlyRun,
} from './endless-run.js'

test('SIGINT during training stops it after the step, with code 130', () => expectToStopAfterStep('SIGINT', 130))

test('a second SIGINT leaves at once, in the middle of a step', () => expectToLeaveAtOnce('SIGINT'))

test('SIGTERM and SIGHUP, as systemd sends them, let the step be finished', () =>
  expectToFinishStep(['SIGTERM', 'SIGHUP'], { gap: 20, codes: [143, 129] }))

test('warnings that follow until the process has gone leave it the exit code of the first', () =>
  expectCodeOfFirst(['SIGXCPU', 'SIGUSR1', 'SIGUSR2', 'SIGHUP'], 152))

test('SIGUSR1 before the training ends the program and opens no debugger', async () => {
  const cwd = temporaryFolder()
  writeFileSync(
    join(cwd, 'slow.mjs'),
    "console.log('loading'); await new Promise((resolve) => setTimeout(resolve, 20_000))",
  )
  const { child, printed, ended } = start(['run', 'slow.mjs'], { cwd })
  await printed(/loading/)
  child.kill('SIGUSR1')
  expect(await ended).toMatchObject({ code: null, signal: 'SIGUSR1', stderr: '' })
})

test('SIGTERM while the report is drawn lets it be finished', () => expectToFinishReport('SIGTERM'))

test('a job that was killed while its report was drawn is not trained again', async () => {
  const cwd = temporaryFolder()
  const words = [...tinyRun(), '--resume', 'auto']
  const { child, printed, ended } = start(words, { cwd })
  await printed(/^rotation/m)
  child.kill('SIGKILL')
  await ended
  const { folder } = await onlyRun(cwd)
  expect(existsSync(join(folder, 'report.html'))).toBe(false)

  const again = await commandHere(words, { cwd })
  expect(again).toMatchObject({ code: 0, stderr: '' })
  expect(again.stdout).toMatch(
    /^trained   already; the report of runs\/mnist\/\S+ is missing and is written now\nreport /,
  )
  await onlyRun(cwd)
  expect(existsSync(join(folder, 'report.html'))).toBe(true)

  const another = await commandHere(words, { cwd })
  expect(another.stdout).toContain('finished')
  expect(readdirSync(join(cwd, 'runs', 'mnist'))).toHaveLength(2)
})

test('SIGTERM to npx alone stops the training', async () => {
  await expectToStop(['npx', 'layer-rotation', ...tinyRun({ epochs: endless })], 'SIGTERM')
})

test('SIGHUP is ignored under nohup', async () => {
  await expectToIgnoreHangUp([
    'bash',
    '-c',
    'nohup "$@"',
    'bash',
    process.execPath,
    main,
    ...tinyRun({ epochs: endless }),
  ])
})

test('SIGKILL leaves every part of the steps that was finished, and whole records of the layers', async () => {
  const cwd = temporaryFolder()
  const { child, printed, ended } = start(tinyRun({ epochs: endless, 'record.steps': 1 }), { cwd })
  await printed(/^epoch +1\//m)
  await setTimeout(2500)
  child.kill('SIGKILL')
  expect(await ended).toMatchObject({ code: null, signal: 'SIGKILL' })

  const run = await onlyRun(cwd)
  expect(run.stale).toBe(true)
  const parts = readdirSync(join(run.folder, 'steps')).filter((name) => name.endsWith('.parquet'))
  expect(parts.length).toBeGreaterThanOrEqual(2)
  // An epoch has two steps: these are all steps of the parts before the last one, and more.
  const epochs = Number(/\d+/.exec(parts.at(-1)!)![0])
  const { steps, layers } = await run.steps()
  expect(steps.length).toBeGreaterThanOrEqual(2 * epochs)
  expect([...steps]).toEqual(Array.from(steps, (_, i) => i + 1))
  expect(layers).toEqual(['dense0', 'dense1'])
  expect((await run.layers()).steps.length).toBeGreaterThanOrEqual(2 * run.metrics.length)
})

test('SIGINT during paper mnist keeps what was measured', async () => {
  const cwd = temporaryFolder()
  const { child, printed, ended } = start(['paper', 'mnist', '--threads', '1'], { cwd })
  await printed(/^epoch +1\//m)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130, signal: null })
  const id = readdirSync(join(cwd, 'runs', 'paper-mnist')).find((name) => name.startsWith('rate-'))
  const run = await openRun(join(cwd, 'runs', 'paper-mnist', id!))
  expect(run.status.status).toBe('interrupted')
  expect(run.metrics.length).toBeGreaterThanOrEqual(1)
})

test('a reader of the output that goes away ends the training as well', async () => {
  const cwd = temporaryFolder()
  const { child, printed, ended } = start(tinyRun({ epochs: endless }), { cwd })
  await printed(/^epoch +1\//m)
  child.stdout.destroy()
  const outcome = await ended
  expect(outcome).toMatchObject({ code: 141, signal: null })
  expect(outcome.stderr).toMatch(/^stopped after [^\n]*\n$/)
  expect((await onlyRun(cwd)).status.status).toBe('interrupted')
})

test('a terminal that vanishes ends the training with the code of SIGHUP, and what was measured is kept', async ({
  skip,
}) => {
  // The terminal's other side is closed by the parent once an epoch was measured, and what the program leaves is read from its
  // exit status.
  const script = `
import os, pty, select, subprocess, sys
master, terminal = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
os.close(terminal)
# The table begins with a line of headings, and has one more for each epoch.
def is_measured():
    tables = [os.path.join(folder, 'metrics.csv') for folder, _, files in os.walk('runs') if 'metrics.csv' in files]
    return any(len(open(table).readlines()) > 1 for table in tables)
while not is_measured():
    if select.select([master], [], [], 0.1)[0]: os.read(master, 65536)
os.close(master)
os.kill(child.pid, 1)
print(child.wait())`
  const words = [process.execPath, main, ...tinyRun({ epochs: endless })]
  const cwd = temporaryFolder()
  const { stdout, error } = spawnSync('python3', ['-c', script, ...words], { cwd, encoding: 'utf8' })
  if (error) return skip('python3, which makes a terminal, is missing')
  expect(['129', '141']).toContain(stdout.trim())
  const run = await onlyRun(cwd)
  expect(run.status.status).toBe('interrupted')
  expect(run.metrics.length).toBeGreaterThanOrEqual(1)
})

test('a reader that stops reading does not keep a stopped program', async () => {
  const cwd = temporaryFolder()
  // A pipe that is full already, and that nobody reads.
  const script = `
import os, subprocess, sys, time
reader, writer = os.pipe()
os.set_blocking(writer, False)
try:
    while True: os.write(writer, b'.' * 4096)
except BlockingIOError: pass
child = subprocess.Popen(sys.argv[1:], stdout=writer, stderr=writer, start_new_session=True)
while not any('metrics.csv' in files for _, _, files in os.walk('runs')): time.sleep(0.1)
child.terminate()
print(child.wait(30))`
  const words = [process.execPath, main, ...tinyRun({ epochs: endless })]
  const { stdout } = spawnSync('python3', ['-c', script, ...words], { cwd, encoding: 'utf8' })
  expect(stdout.trim()).toBe('143')
  expect((await onlyRun(cwd)).status.status).toBe('interrupted')
})

test('a limit on open files that is too low is named', async ({ skip }) => {
  if (spawnSync('prlimit', ['--version']).error) return skip('prlimit is not available here')
  const launcher = ['prlimit', '--nofile=64', process.execPath, main]
  const { code, stderr } = await commandLine(['run', 'mnist', '--print-config'], { launcher })
  expect(code).toBeGreaterThan(0)
  expect(stderr).toMatch(/^error: .*`ulimit -n`\n$/)
})

test('a reader that goes away before anything is printed ends other commands quietly', async () => {
  const { child, ended } = start(['--help'])
  child.stdout.destroy()
  expect(await ended).toMatchObject({ signal: null, stderr: '' })
})

test('an output that cannot be written ends the training with a message', async () => {
  const cwd = temporaryFolder()
  const script = `"$0" "$@" > /dev/full`
  const child = spawn('sh', ['-c', script, process.execPath, main, ...tinyRun({ epochs: endless })], { cwd })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: the output could not be written: the disk is full.*\nstopped after [^\n]*\n$/)
  expect((await onlyRun(cwd)).status.status).toBe('interrupted')
})
