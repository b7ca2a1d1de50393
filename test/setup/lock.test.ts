import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withLock } from '../../scripts/setup/lock.mjs'
import { root } from '../../scripts/setup/paths.mjs'
import { write } from './fake-libtorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Another process that writes down when it enters and leaves. */
function contender(lock: string, journal: string): Promise<number | null> {
  const script = `
    import { appendFileSync } from 'node:fs'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { withLock } from ${JSON.stringify(join(root, 'scripts/setup/lock.mjs'))}
    const note = (text) => appendFileSync(${JSON.stringify(journal)}, text + '\\n')
    await withLock(${JSON.stringify(lock)}, async () => {
      note('in')
      await sleep(50)
      note('out')
    }, () => {})
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve) => child.once('close', resolve))
}

describe('withLock', () => {
  it('admits one process at a time, and each of them in the end', async () => {
    const folder = temporaryFolder()
    const lock = join(folder, 'set-up.lock')
    // All of them try at once to take over this abandoned lock.
    write(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }))
    const journal = join(folder, 'journal')
    const codes = await Promise.all(Array.from({ length: 4 }, () => contender(lock, journal)))
    expect(codes).toEqual([0, 0, 0, 0])
    expect(readFileSync(journal, 'utf8')).toBe('in\nout\n'.repeat(4))
    expect(existsSync(lock)).toBe(false)
  })

  it('takes over the lock of a process that is gone', async () => {
    const lock = join(temporaryFolder(), 'set-up.lock')
    write(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() })) // above the highest process id of Linux
    expect(
      await withLock(
        lock,
        () => Promise.resolve('done'),
        () => {},
      ),
    ).toBe('done')
    expect(existsSync(lock)).toBe(false)
  })

  it('releases the lock when the work fails', async () => {
    const lock = join(temporaryFolder(), 'set-up.lock')
    await expect(
      withLock(
        lock,
        () => Promise.reject(new Error('no')),
        () => {},
      ),
    ).rejects.toThrow('no')
    expect(existsSync(lock)).toBe(false)
  })

  it('reports the process for which it waits', async () => {
    const lock = join(temporaryFolder(), 'set-up.lock')
    const notes: string[] = []
    let release = (): void => {}
    const first = withLock(
      lock,
      () => new Promise<void>((resolve) => (release = resolve)),
      () => {},
    )
    const second = withLock(
      lock,
      () => Promise.resolve(),
      (text: string) => notes.push(text),
    )
    await expect
      .poll(() => notes)
      .toEqual([`waiting for process ${process.pid} on ${hostname()}; if that has ended, delete ${lock}`])
    release()
    await Promise.all([first, second])
  })
})
