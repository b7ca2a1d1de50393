import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { findKernelTools } from '../../../../scripts/kernel-table/compile.mjs'
import { temporaryFolder } from '../../../support/temporary-folder.js'
import { buildInterpreter, runKernel } from './support/interpreter.js'

const tools = await findKernelTools()

describe.skipIf(!tools)('a fat binary (skipped without nvcc of CUDA 13)', () => {
  beforeAll(buildInterpreter, 600_000)

  function compile(...options: string[]): Uint8Array {
    const folder = temporaryFolder()
    const [source, binary] = [join(folder, 'kernel.cu'), join(folder, 'kernel.fatbin')]
    writeFileSync(source, 'extern "C" __global__ void test(unsigned* p) { p[threadIdx.x] = 3 * threadIdx.x; }')
    execFileSync(tools!.nvcc, ['-fatbin', ...options, source, '-o', binary])
    return readFileSync(binary)
  }
  // Machine code, which has to be passed over, and a text.
  const both = ['-gencode', 'arch=compute_90,code=sm_90', '-gencode', 'arch=compute_90,code=compute_90']

  test('gives its text, which stands behind machine code', () => {
    const numbers = new Uint32Array(32)
    expect(runKernel(compile(...both, '--no-compress'), [numbers])).toBeNull()
    expect([...numbers]).toEqual(Array.from({ length: 32 }, (_, k) => 3 * k))
  }, 60_000)

  test('gives no text that is compressed', () => {
    expect(() => runKernel(compile(...both, '-Xfatbin=-compress-all'), [new Uint32Array(32)])).toThrow(
      'no text in this fat binary',
    )
  }, 60_000)
})
