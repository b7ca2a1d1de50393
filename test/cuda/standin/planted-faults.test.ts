import { describe, expect, test } from 'vitest'
import { plantedFault } from './programs.js'

const invalid = 'operation failed due to a previous error during capture\n'

/** The faults of planted_faults.cu: the violation that the stand-in has to report, and what the program prints. */
const faults: [fault: string, violation: RegExp, stdout: string][] = [
  ['synchronisationInCapture', /^cudaStreamSynchronize: a stream that is captured/, invalid],
  ['allocationInCapture', /^cudaMalloc: in a capture of this thread/, invalid],
  ['memoryInfoInCapture', /^cudaMemGetInfo: in a capture of this thread/, invalid],
  ['defaultStreamInCapture', /: the default stream in a capture: /, invalid],
  ['reusedOnAnotherStream', /uses memory that .* on a stream that it has not waited for/, ''],
  ['kernelOnAnotherDevice', /: a stream of device 1 while the current device is 0: /, 'invalid resource handle\n'],
  ['freedTwice', /^cudaFree: an address that was not allocated, or was freed before/, ''],
]

describe('the stand-in', () => {
  test.each(faults)('reports %s', async (fault, violation, stdout) => {
    expect(await plantedFault(fault)).toMatchObject({ violations: [expect.stringMatching(violation)], stdout })
  })

  test('reports nothing if there is no fault', async () => {
    expect(await plantedFault('none')).toMatchObject({ stdout: 'captured\n', violations: [] })
  })

  test('reports nothing of memory that is reused once the other stream has done its work', async () => {
    expect(await plantedFault('recordedStream')).toMatchObject({ stdout: '', violations: [] })
  })
})
