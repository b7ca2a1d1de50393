import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Report } from '../../scripts/gpu-check/report.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'
import { gpuHost, host } from './host.js'

test('continues where it stopped, but not in another environment or when told to start again', () => {
  const folder = temporaryFolder()
  const first = new Report(folder, host, { again: false })
  first.add('kernels', [
    { name: 'one', state: 'passed', seconds: 1 },
    { name: 'two', state: 'failed', seconds: 1 },
  ])
  const second = new Report(folder, host, { again: false })
  expect(['one', 'two', 'three'].map((name) => second.hasPassed('kernels', name))).toEqual([true, false, false])
  expect(second.failed).toBe(true)
  second.add('kernels', [{ name: 'two', state: 'passed', seconds: 2 }])
  expect(second.failed).toBe(false)
  for (const other of [
    gpuHost,
    { ...host, driver: '580.1' },
    { ...host, versions: { ...host.versions, libtorch: '2.14.1' } },
    { ...host, versions: { ...host.versions, nvcc: '13.0.88' } },
  ]) {
    expect(new Report(folder, other, { again: false }).hasPassed('kernels', 'one')).toBe(false)
  }
  expect(new Report(folder, host, { again: true }).hasPassed('kernels', 'one')).toBe(false)
})

test('says that there was no GPU', () => {
  const folder = temporaryFolder()
  new Report(folder, host, { again: false }).add('build', [{ name: 'the addon', state: 'passed', seconds: 1 }])
  expect(readFileSync(join(folder, 'gpu-check.md'), 'utf8')).toContain(
    'No GPU was found: all checks ran on the CPU, and no GPU was measured.',
  )
  expect(new Report(folder, gpuHost, { again: true }).headline()).toMatch(/^NVIDIA H100, driver 580\.1; a processor/)
})

test('shows failures, checks that did not run, and targets', () => {
  const report = new Report(temporaryFolder(), gpuHost, { again: false })
  report.add('engine', [
    {
      name: 'a file',
      state: 'failed',
      seconds: 1,
      passed: 3,
      failed: 1,
      skipped: 0,
      failures: [{ name: 'its test', error: 'wrong\nat line 1' }],
    },
    { name: 'another', state: 'not run', seconds: 0, reason: 'no time was left' },
  ])
  report.setMeasured({
    targets: [
      { name: 'a step', wanted: 'at least 2.00 times', measured: '3.00 times', met: true },
      { name: 'a run', wanted: 'at least 2.00 times', measured: '', met: null },
    ],
  })
  const text = report.text()
  expect(text).toContain('| engine | a file  | failed  | 3 passed, 1 failed, 0 skipped | 1.0     |')
  expect(text).toContain('- its test\n\n    wrong\n    at line 1')
  expect(text).toContain('### another: not run\n\n    no time was left')
  expect(text).toMatch(/\| a step \| at least 2\.00 times \| 3\.00 times \| met +\|/)
  expect(text).toMatch(/\| a run +\| at least 2\.00 times \| +\| not measured \|/)
})
