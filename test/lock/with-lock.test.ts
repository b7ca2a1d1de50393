import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { withLock } from '../../src/lock/with-lock.js'
import { ownIdentity } from '../../src/lock/process-identity.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

let lock: string
let notes: string[]

beforeEach(() => {
  lock = join(temporaryFolder(), 'cifar-10.lock')
  notes = []
})

const work = (milliseconds = 60_000) => ({
  onNote: (note: string) => void notes.push(note),
  signal: AbortSignal.timeout(milliseconds),
})
const done = () => Promise.resolve('done')

/** A lock as `holder` has left it. */
function leave(holder: object): void {
  mkdirSync(lock)
  writeFileSync(join(lock, '0.json'), JSON.stringify(holder))
}

test('a lock is released with the work, also if that fails', async () => {
  expect(await withLock(lock, work(), () => Promise.resolve(existsSync(lock)))).toBe(true)
  await expect(withLock(lock, work(), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(existsSync(lock)).toBe(false)
})

describe('a lock of a process that is gone is taken over', () => {
  test('when its pid belongs to a later process', async () => {
    const identity = ownIdentity()
    leave({ ...identity, startTime: identity.startTime! - 1 })
    expect(await withLock(lock, work(), done)).toBe('done')
    expect(notes).toEqual([])
  })

  test('when nothing was heard from its container for long', async () => {
    leave({ ...ownIdentity(), pidNamespace: 'pid:[1]' })
    expect(await withLock(lock, work(), done, 2000)).toBe('done')
    expect(notes).toEqual([expect.stringContaining('waiting for process')])
  })
})

test('a lock of a process elsewhere is not waited for longer than the user wants', async () => {
  leave({ host: 'elsewhere', pid: 7 })
  expect(await failure(() => withLock(lock, work(300), done))).toBe(`INTERRUPTED: stopped while waiting for ${lock}`)
  expect(notes).toEqual([`waiting for process 7 on elsewhere, which holds ${lock}`])
})

test('a lock that does not name its holder is reported', async () => {
  leave({})
  expect(await failure(() => withLock(lock, work(500), done))).toContain('INTERRUPTED')
  expect(notes).toEqual([
    `waiting for the process that holds ${lock}; ${lock}/0.json does not name it: delete that file if no process is left`,
  ])
})
