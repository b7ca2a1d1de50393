import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { lockRun } from '../../src/run/lock.js'
import { ownIdentity } from '../../src/lock/process-identity.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { inTier } from '../support/tier.js'

const module = new URL('../../dist/run/lock.js', import.meta.url).href

/** Node, with `lockRun` and `folder` at hand. */
function node(folder: string, body: string) {
  const code = `import { lockRun } from '${module}'; const folder = ${JSON.stringify(folder)}; ${body}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code])
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(stdout + stderr)))
  const printed = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  return { child, ended, printed }
}

const holding = "await lockRun(folder); console.log('held'); setInterval(() => {}, 1000)"

/** A process that has ended. */
function ended(): { pid: number; thread: number } {
  const { pid } = spawnSync('true')
  return { pid, thread: pid }
}

/** A lock as `holder` has left it. */
function leaveLock(folder: string, holder: object): string {
  mkdirSync(join(folder, 'lock'))
  const file = join(folder, 'lock', '0.json')
  writeFileSync(file, JSON.stringify(holder))
  return file
}

test('a lock names its holder, and its release removes it', async () => {
  const folder = temporaryFolder()
  const lock = await lockRun(folder)
  const [file] = readdirSync(join(folder, 'lock'))
  const holder = JSON.parse(readFileSync(join(folder, 'lock', file!), 'utf8')) as Record<string, unknown>
  // ps knows the start, in seconds, from elsewhere.
  const seconds = Number(spawnSync('ps', ['-o', 'etimes=', '-p', String(process.pid)]).stdout)
  const ticks = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100 - Number(holder['startTime'])
  expect(holder).toMatchObject({ host: hostname(), pid: process.pid })
  expect(Math.abs(ticks / 100 - seconds)).toBeLessThan(2)
  await lock.confirm()
  expect(await failure(() => lockRun(folder))).toBe(
    `RUN_LOCKED: ${folder} is being written by process ${process.pid} on ${hostname()}; wait until that process ends, or stop it`,
  )
  await lock.release()
  expect(readdirSync(folder)).toEqual([])
  await (await lockRun(folder)).release()
})

test.each(['pipe', 'device', 'link to nothing'])('a %s in the place of a holder is not waited for', async (kind) => {
  const folder = temporaryFolder()
  const file = join(folder, 'lock', '0.json')
  mkdirSync(join(folder, 'lock'))
  if (kind === 'pipe') spawnSync('mkfifo', [file])
  else symlinkSync(kind === 'device' ? '/dev/zero' : 'nothing', file)
  expect(await failure(() => lockRun(folder))).toContain(`RUN_LOCKED: ${file} does not name the process`)
})

test('another process is kept out until it has ended, however it ended', async () => {
  const folder = temporaryFolder()
  const { child, printed, ended } = node(folder, holding)
  await printed
  expect(await failure(() => lockRun(folder))).toMatch(`is being written by process ${child.pid} on`)
  child.kill('SIGKILL')
  await ended
  const lock = await lockRun(folder)
  await lock.confirm()
  await lock.release()
})

const takers = inTier(8, 20)

test(`of ${takers} processes that take one lock over, one gets it at a time, and no two ever have it at once`, async () => {
  const folder = temporaryFolder()
  leaveLock(folder, { ...ownIdentity(), ...ended() })
  // Each takes it over and over, until it is killed with the lock in its hands.
  const body = `
    import { appendFileSync, closeSync, openSync, rmSync } from 'node:fs'
    const end = Date.now() + 2500
    while (Date.now() < end) {
      try {
        const lock = await lockRun(folder)
        closeSync(openSync(folder + '/inside', 'wx')) // fails where another is inside
        appendFileSync(folder + '/got', 'x')
        await new Promise((resolve) => setTimeout(resolve, 2))
        rmSync(folder + '/inside')
        if (Math.random() < 0.2) process.kill(process.pid, 'SIGKILL')
        await lock.release()
      } catch (error) {
        if (error.code !== 'RUN_LOCKED') { console.log('broken: ' + error.message); break }
      }
      await new Promise((resolve) => setTimeout(resolve, 1 + 5 * Math.random()))
    }`
  const outputs = await Promise.all(Array.from({ length: takers }, () => node(folder, body).ended))
  expect(outputs.join('')).toBe('')
  // Each takes it five times in the mean, some only once, and on a busy machine a few not at all.
  expect(readFileSync(join(folder, 'got'), 'utf8').length).toBeGreaterThan(takers / 2)
  await (await lockRun(folder)).release()
})

describe('a lock is stale', () => {
  test('when its pid belongs to a later process', async () => {
    const folder = temporaryFolder()
    const identity = ownIdentity()
    leaveLock(folder, { ...identity, startTime: identity.startTime! - 1 })
    await (await lockRun(folder)).release()
  })

  test('when its process has ended and its parent has not asked', async () => {
    const folder = temporaryFolder()
    // The shell becomes sleep, which asks after no child.
    const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'])
    onTestFinished(() => void parent.kill('SIGKILL'))
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))))
    await setTimeout(200)
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    expect(stat).toContain(') Z ')
    leaveLock(folder, { ...ownIdentity(), pid, thread: pid, startTime: Number(stat.split(' ')[21]) })
    await (await lockRun(folder)).release()
  })

  test('of another host when it shows no sign of life for long', async () => {
    const folder = temporaryFolder()
    leaveLock(folder, { host: 'elsewhere', pid: 1 })
    const begin = performance.now()
    await (await lockRun(folder, { patience: 3000 })).release()
    expect(performance.now() - begin).toBeGreaterThan(2900)
  })
})

test('the wait for a sign of life from elsewhere is told, and ends when the user wants', async () => {
  const folder = temporaryFolder()
  leaveLock(folder, { host: 'elsewhere', pid: 7 })
  const notes: string[] = []
  const options = { onNote: (note: string) => notes.push(note), signal: AbortSignal.timeout(200) }
  const begin = performance.now()
  expect(await failure(() => lockRun(folder, options))).toBe(
    `INTERRUPTED: stopped before ${folder} was resumed; it is unchanged`,
  )
  expect(performance.now() - begin).toBeLessThan(2000)
  expect(notes).toEqual([`waiting for a sign of life from process 7 on elsewhere, which locked ${folder}`])
})

test('a lock of another host, machine of the same name or container is not while it shows one', async () => {
  for (const other of [{ host: 'elsewhere' }, { boot: 'other' }, { pidNamespace: 'pid:[1]' }]) {
    const folder = temporaryFolder()
    const file = leaveLock(folder, { ...ownIdentity(), ...ended(), ...other })
    const refused = failure(() => lockRun(folder))
    await setTimeout(500)
    utimesSync(file, 1, 1)
    expect(await refused).toMatch(/^RUN_LOCKED: /)
  }
})

test('a process that was taken for dead notices', async () => {
  const folder = temporaryFolder()
  const lock = await lockRun(folder)
  const [file] = readdirSync(join(folder, 'lock'))
  spawnSync('rm', [join(folder, 'lock', file!)])
  const other = await lockRun(folder)
  expect(await failure(() => lock.confirm())).toMatch(/^RUN_LOCKED: /)
  await lock.release()
  await other.confirm()
})

test('a worker thread that was terminated does not hold its lock, though its process lives', async () => {
  const folder = temporaryFolder()
  const body = `
    import { Worker } from 'node:worker_threads'
    const code = "Promise.all([import('${module}'), import('node:worker_threads')])" +
      ".then(([{ lockRun }, { workerData }]) => lockRun(workerData)).then(() => process.stdout.write('held'));" +
      "setInterval(() => {}, 1000)"
    const worker = new Worker(code, { eval: true, workerData: folder, stdout: true })
    await new Promise((resolve) => worker.stdout.once('data', resolve))
    console.log(await lockRun(folder).then(() => 'taken', (error) => error.code))
    await worker.terminate()
    const lock = await lockRun(folder)
    await lock.confirm()
    await lock.release()`
  expect(await node(folder, body).ended).toBe('RUN_LOCKED\n')
})

test('a process that was taken for dead notices that also when its successor has ended', async () => {
  const folder = temporaryFolder()
  const lock = await lockRun(folder)
  rmSync(join(folder, 'lock', readdirSync(join(folder, 'lock'))[0]!))
  await (await lockRun(folder)).release()
  expect(await failure(() => lock.confirm())).toBe(
    `RUN_LOCKED: ${folder} is no longer locked by this process: its lock was removed, or taken over while this process showed no sign of life; resume the run if it is not finished`,
  )
})

test('whoever may read the folder may read who holds its lock', async () => {
  const folder = temporaryFolder()
  const before = process.umask(0o027)
  onTestFinished(() => void process.umask(before))
  const lock = await lockRun(folder)
  expect(statSync(join(folder, 'lock')).mode & 0o777).toBe(0o750)
  await lock.release()
})

test('a lock that may not be read is named, with its owner if that is somebody else', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('only root can be two users')
  const [root, other] = [0, 65_534]
  const [folder, own] = [root, other].map((owner) => {
    const place = temporaryFolder()
    chmodSync(place, 0o777)
    leaveLock(place, ownIdentity())
    chownSync(join(place, 'lock'), owner, owner)
    chmodSync(join(place, 'lock'), owner === root ? 0o700 : 0)
    return place
  })
  const body = `process.setuid(${other})
    for (const place of [folder, '${own}']) console.log(await lockRun(place).then(() => 'taken', ({ code, message }) => code + ': ' + message))`
  expect(await node(folder!, body).ended).toBe(
    `RUN_LOCKED: ${folder}/lock belongs to user 0 and cannot be read; ask that user whether a process writes this run\n` +
      `READ_FAILED: ${own}/lock could not be read: permission denied; ask its owner to let you read it\n`,
  )
})

test('a lock that cannot be read is named', async () => {
  const folder = temporaryFolder()
  const file = leaveLock(folder, {})
  expect(await failure(() => lockRun(folder))).toBe(
    `RUN_LOCKED: ${file} does not name the process that writes this run; remove the file if no process writes this run`,
  )
})
