import { beforeAll, describe, expect, test } from 'vitest'
import { compileToPtx, findKernelTools, kernelSources } from '../../../../scripts/kernel-table/compile.mjs'
import { buildInterpreter, decodeKernels } from './support/interpreter.js'

const tools = await findKernelTools()

describe.skipIf(!tools)('the interpreter (skipped without nvcc of CUDA 13)', () => {
  beforeAll(buildInterpreter, 600_000)

  test.each(kernelSources())(
    'knows every instruction of %s',
    async (source) => {
      expect(decodeKernels(await compileToPtx(source, tools!))).toBeNull()
    },
    300_000,
  )
})
