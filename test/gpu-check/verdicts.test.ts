import { expect, test } from 'vitest'
import { verdictOf } from '../../scripts/gpu-check/benchmark.mjs'
import { checkKernels } from '../../scripts/gpu-check/build.mjs'
import { gpuHost, host } from './host.js'

test('an addon without CUDA kernels fails on a GPU', () => {
  expect(checkKernels(gpuHost).state).toBe('passed')
  expect(checkKernels({ ...gpuHost, cudaKernels: false }).state).toBe('failed')
  expect(checkKernels(host).state).toBe('skipped')
})

test('the benchmark passes only when all is measured', () => {
  const done = { ns: [1] }
  const late = { notMeasured: 'no time was left', failed: false }
  const cut = { epochs: 20, of: 100 }
  expect(verdictOf({ one: done, two: { epochs: 100, of: 100 } })).toEqual({ state: 'passed' })
  expect(verdictOf({ one: done, two: late, three: cut })).toMatchObject({
    state: 'not run',
    reason: expect.stringContaining('no time for two, three') as string,
  })
  expect(verdictOf({ one: late, two: { notMeasured: 'ended with 1', failed: true } })).toEqual({
    state: 'failed',
    reason: 'two: ended with 1',
  })
})
