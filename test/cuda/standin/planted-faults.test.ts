import { describe, expect, test } from 'vitest'
import { plantedFault } from './programs.js'

/** The faults of planted_faults.cu, each with the violation that the stand-in has to report. */
const faults: [fault: string, violation: RegExp][] = [
  ['synchronisationInCapture', /^cudaStreamSynchronize: a stream that is captured/],
  ['allocationInCapture', /^cudaMalloc: in a capture of this thread/],
  ['memoryInfoInCapture', /^cudaMemGetInfo: in a capture of this thread/],
  ['defaultStreamInCapture', /: the default stream in a capture: /],
  ['reusedOnAnotherStream', /uses memory that .* on a stream that it has not waited for/],
  ['kernelOnAnotherDevice', /: a stream of device 1 while the current device is 0: /],
  ['freedTwice', /^cudaFree: an address that was not allocated, or was freed before/],
]

describe('the stand-in', () => {
  test.each(faults)('reports %s', async (fault, violation) => {
    const { violations } = await plantedFault(fault)
    expect(violations).toEqual([expect.stringMatching(violation)])
  })

  test.each(['synchronisationInCapture', 'allocationInCapture', 'memoryInfoInCapture', 'defaultStreamInCapture'])(
    'makes the capture invalid after %s',
    async (fault) => {
      expect((await plantedFault(fault)).stdout).toBe('operation failed due to a previous error during capture\n')
    },
  )

  test('reports nothing if there is no fault', async () => {
    expect(await plantedFault('none')).toMatchObject({ stdout: 'captured\n', violations: [] })
  })

  test('reports nothing of memory that is reused once the other stream has done its work', async () => {
    expect((await plantedFault('recordedStream')).violations).toEqual([])
  })
})
