import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { ownIdentity } from '../../src/lock/process-identity.js'
import { isStale, type RunStatus } from '../../src/run/status.js'

const { host, boot, pidNamespace } = ownIdentity()

const running: RunStatus = {
  status: 'running',
  epoch: 3,
  startedAt: '2026-11-23T05:22:33.000Z',
  host,
  boot,
  pidNamespace,
  pid: process.pid,
}

describe('a run is stale', () => {
  const deadPid = spawnSync('true').pid

  test('when it says running and its process is gone', () => {
    expect(isStale({ ...running, pid: deadPid })).toBe(true)
  })

  test('not while its process lives, nor when it has ended, nor on another host', () => {
    expect(isStale(running)).toBe(false)
    expect(isStale({ ...running, pid: 1 })).toBe(false)
    expect(isStale({ ...running, pid: deadPid, status: 'finished' })).toBe(false)
    expect(isStale({ ...running, pid: deadPid, host: 'elsewhere' })).toBe(false)
    expect(isStale({ ...running, pid: deadPid, boot: 'of another machine' })).toBe(false)
  })
})
