// npm run kernel-table: the part of a multiprocessor of sm_90 that each CUDA kernel takes, and its vector accesses.
//
//   npm run kernel-table              prints the table
//   npm run kernel-table -- --write   puts it into docs/cuda.md
//   npm run kernel-table -- --check   fails if a kernel spills registers, unless to keep warps resident

import { parseArgs } from 'node:util'
import { findKernelTools } from './kernel-table/compile.mjs'
import { residentWarps } from './kernel-table/resources.mjs'
import { describeKernels, markdown, writeTable } from './kernel-table/table.mjs'
import { SetupFailure } from './setup/index.mjs'

/**
 * The bytes that a kernel may store and load because registers ran out: to keep two blocks on a multiprocessor, at 128
 * registers a thread, ptxas moves six numbers of the largest rule, AMSGrad, out and in again. No kernel should do more.
 */
const allowedSpills = 48

/** The threads of a block, kThreads, and the registers that a thread gets at once. */
const [threads, step] = [256, 8]

/** @param {import('./kernel-table/resources.mjs').Resources} kernel */
function spillsTooMuch({ registers, spills, shared, warps }) {
  const keepsWarps = residentWarps(registers + step, shared, threads) < warps
  return spills > (keepsWarps ? allowedSpills : 0)
}

const { values } = parseArgs({ options: { write: { type: 'boolean' }, check: { type: 'boolean' } } })
try {
  const tools = await findKernelTools()
  if (!tools) {
    console.log('skipped: the kernels need nvcc of CUDA 13 and the headers of LibTorch')
  } else {
    const kernels = await describeKernels(tools)
    const table = markdown(kernels)
    console.log(table)
    if (values.write) writeTable(table)
    const spilling = kernels.filter(spillsTooMuch)
    if (values.check && spilling.length > 0) {
      console.error(`these kernels spill registers: ${spilling.map(({ name }) => name).join(', ')}`)
      process.exitCode = 1
    }
  }
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
