import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetupFailure } from '../setup/failure.mjs'
import { run } from '../setup/process.mjs'

/**
 * The resources of a kernel on sm_90. Sizes are in bytes; `spills` counts stores and loads of registers that did not fit.
 * @typedef {{ registers: number, spills: number, shared: number, warps: number }} Resources
 */

/** A multiprocessor of sm_90, each of whose partitions has its registers: see the table of compute capabilities in the CUDA C++ Programming Guide. */
const processor = { partitions: 4, registers: 16384, warps: 64, blocks: 32, shared: 228 * 1024 }
const warpSize = 32
/** Registers are given to warps in units, and the system takes shared memory of each block. */
const registerUnit = 256
const sharedOfSystem = 1024

/**
 * The resources of each kernel of a PTX text, by its mangled name, as ptxas tells.
 * @param {string} ptx
 * @param {string} nvcc
 * @returns {Promise<Map<string, Resources>>}
 */
export async function resourcesOf(ptx, nvcc) {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-'))
  try {
    const file = join(folder, 'kernels.ptx')
    writeFileSync(file, ptx)
    const { code, output } = await run(nvcc, [
      ...['-arch=sm_90', '-cubin', '-Xptxas', '-v', file, '-o', join(folder, 'kernels.cubin')],
    ])
    if (code !== 0) throw new SetupFailure('ptxas refuses the kernels.', { output, waysOut: ['mend the kernels'] })
    return readReport(output, threadsOf(ptx))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param {string} report of ptxas -v
 * @param {Map<string, number>} threads a block of each kernel
 * @returns {Map<string, Resources>}
 */
export function readReport(report, threads) {
  const kernels = new Map()
  for (const [, name = '', text = ''] of report.matchAll(/Compiling entry function '(\w+)'([^]*?)(?=Compiling|$)/g)) {
    const number = (/** @type {RegExp} */ pattern) => Number(pattern.exec(text)?.[1] ?? 0)
    const registers = number(/Used (\d+) registers/)
    if (registers === 0) throw new Error(`ptxas tells no registers of ${name}`)
    const shared = number(/(\d+) bytes smem/)
    const spills = number(/(\d+) bytes spill stores/) + number(/(\d+) bytes spill loads/)
    kernels.set(name, { registers, spills, shared, warps: residentWarps(registers, shared, threads.get(name) ?? 1024) })
  }
  return kernels
}

/** @param {string} ptx */
function threadsOf(ptx) {
  const threads = new Map()
  for (const [, name, most] of ptx.matchAll(/\.entry (\w+)\([^]*?\)\s*\.maxntid (\d+)/g))
    threads.set(name, Number(most))
  return threads
}

/**
 * The warps that a multiprocessor holds at once.
 * @param {number} registers of a thread
 * @param {number} shared memory of a block
 * @param {number} threads of a block
 */
export function residentWarps(registers, shared, threads) {
  const warps = Math.ceil(threads / warpSize)
  const ofWarp = Math.ceil((registers * warpSize) / registerUnit) * registerUnit
  const blocks = Math.min(
    processor.blocks,
    Math.floor(processor.warps / warps),
    Math.floor((processor.partitions * Math.floor(processor.registers / ofWarp)) / warps),
    Math.floor(processor.shared / (shared + sharedOfSystem)),
  )
  return blocks * warps
}
