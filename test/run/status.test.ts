import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import { isStale, type RunStatus } from '../../src/run/status.js'

const running: RunStatus = {
  status: 'running',
  epoch: 3,
  startedAt: '2026-11-23T05:22:33.000Z',
  host: hostname(),
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
  })
})
