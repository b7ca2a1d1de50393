import { expect, test } from 'vitest'
import { verdictOf } from '../../scripts/gpu-check/benchmark.mjs'
import { checkKernels } from '../../scripts/gpu-check/build.mjs'

const host = {
  device: 'cuda',
  gpu: 'NVIDIA H100',
  driver: '580.1',
  cpu: 'a processor',
  cores: 16,
  memoryGiB: 128,
  versions: { node: '20.20.2', libtorch: '2.13.0 with CUDA', nvcc: '13.0.88' },
  cudaKernels: true,
  sanitizer: false,
}

test('an addon without CUDA kernels fails on a GPU', () => {
  expect(checkKernels(host).state).toBe('passed')
  expect(checkKernels({ ...host, cudaKernels: false }).state).toBe('failed')
  expect(checkKernels({ ...host, device: 'cpu', gpu: null, cudaKernels: false }).state).toBe('skipped')
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
