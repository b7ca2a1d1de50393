import { describe, expect, test } from 'vitest'
import { accessesOf } from '../../scripts/kernel-table/accesses.mjs'
import { compileToPtx, findKernelTools } from '../../scripts/kernel-table/compile.mjs'
import { readReport, residentWarps } from '../../scripts/kernel-table/resources.mjs'

const tools = await findKernelTools()

test('ptxas tells what a kernel takes', () => {
  const report = `ptxas info    : 28 bytes gmem
ptxas info    : Compiling entry function 'first' for 'sm_90'
ptxas info    : Function properties for first
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 32 registers, used 1 barriers, 192 bytes smem
ptxas info    : Compiling entry function 'second' for 'sm_90'
ptxas info    : Function properties for second
    16 bytes stack frame, 12 bytes spill stores, 8 bytes spill loads
ptxas info    : Used 128 registers, used 0 barriers
`
  const threads = new Map([
    ['first', 256],
    ['second', 256],
  ])
  expect(readReport(report, threads)).toEqual(
    new Map([
      ['first', { registers: 32, spills: 0, shared: 192, warps: 64 }],
      ['second', { registers: 128, spills: 20, shared: 0, warps: 16 }],
    ]),
  )
})

// Counted by hand: four partitions of 16,384 registers, given to warps by 256; 228 KiB, of which a block takes one more.
test.each([
  [32, 0, 256, 64],
  [33, 0, 256, 48],
  [60, 192, 256, 32],
  [64, 0, 256, 32],
  [72, 0, 256, 24],
  [80, 0, 256, 24],
  [88, 0, 256, 16],
  [128, 0, 256, 16],
  [136, 0, 256, 8],
  [32, 100 * 1024, 256, 16],
  [255, 0, 1024, 0],
  [16, 0, 32, 32],
])(
  '%i registers, %i bytes of shared memory and %i threads leave room for %i warps',
  (registers, shared, threads, warps) => {
    expect(residentWarps(registers, shared, threads)).toBe(warps)
  },
)

describe.skipIf(!tools)('kernels, as nvcc compiles them (skipped without nvcc of CUDA 13),', () => {
  /** The packs that a thread has under way: kPacksInFlight. */
  const inFlight = 4
  /** nvcc unrolls the loop over the numbers at the ends, which have no pack, up to eight times. */
  const ends = 8
  /** Words that the end of a step stores: the counter of arrivals, and the mark of divergence. */
  const endOfStep = 2

  const accesses = async (source: string, kernel: RegExp) => {
    const all = [...accessesOf(await compileToPtx(source, tools!))]
    const found = all.filter(([name]) => kernel.test(name)).map(([, found]) => found)
    expect(found.length).toBe(1)
    return found[0]!
  }

  // Arrays of fp32 that a rule's ApplyChunks loads and stores: weight, gradient and states.
  const rules: [rule: string, loads: number, stores: number][] = [
    ['Plain', 2, 1],
    ['Momentum', 3, 2],
    ['Nesterov', 3, 2],
    ['Squared', 3, 2],
    ['AdamFormula', 4, 3],
    ['AmsGradFormula', 5, 4],
    ['LionFormula', 3, 2],
    ['Direction', 2, 2],
  ]

  test.each(rules)(
    'load and store four numbers at once when %s is applied',
    async (rule, loads, stores) => {
      for (const isRecorded of [false, true]) {
        const name = new RegExp(`ApplyChunks.*${rule.length}${rule}ELb${isRecorded ? 1 : 0}E`)
        const found = await accesses('native/optimizer/block_passes.cu', name)
        expect(found.vectorStores[16]).toBe(inFlight * stores)
        expect(found.stores[4]).toBeLessThanOrEqual(ends * stores + endOfStep)
        expect(found.vectorLoads[16]).toBeGreaterThanOrEqual(inFlight * loads)
        // Shadows, and the gradients that come with them, are bf16.
        expect(found.vectorStores[8]).toBe(inFlight)
        expect(found.stores[2]).toBeLessThan(ends)
        if (rule !== 'Direction' || isRecorded) expect(found.vectorLoads[8]).toBeGreaterThanOrEqual(inFlight)
        expect(found.loads[2] ?? 0).toBeLessThan(ends)
      }
    },
    300_000,
  )

  test('load four numbers at once to measure rotations', async () => {
    const found = await accesses('native/rotation/monitor_kernel.cu', /MonitorChunks/)
    expect(found.vectorLoads[16]).toBe(2 * inFlight)
    expect(found.loads[4]).toBeLessThanOrEqual(2 * ends)
  }, 300_000)
})
