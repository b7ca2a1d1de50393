import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { findKernelTools, ptxOptions } from '../../../../scripts/kernel-table/compile.mjs'
import { root } from '../../../../scripts/setup/paths.mjs'
import { temporaryFolder } from '../../../support/temporary-folder.js'
import { buildInterpreter, runKernel } from './support/interpreter.js'

const tools = await findKernelTools()

/** A block kernel that adds 512 numbers an item, two a thread. */
const source = `#include "device/run_on_cuda.cuh"
namespace layer_rotation {
struct Total {
  double value = 0;
  __host__ __device__ Total& operator+=(const Total& other) {
    value += other.value;
    return *this;
  }
};
struct AddItems {
  using Sum = Total;
  const double* numbers;
  double* totals;
  __host__ __device__ Sum sum(int64_t item, int thread) const {
    return {numbers[512 * item + thread] + numbers[512 * item + 256 + thread]};
  }
  __host__ __device__ void store(int64_t item, const Sum& total) const { totals[item] = total.value; }
};
struct AddAll : AddItems {
  using Total = layer_rotation::Total;
  uint32_t* counter;
  double* all;
  __host__ __device__ uint32_t* arrivals() const { return counter; }
  __host__ __device__ Total total(int thread) const {
    return {thread < 7 ? kernel::read_stored(totals[thread]) : 0};
  }
  __host__ __device__ void finish(const Total& total) const { *all += total.value; }
};
}  // namespace layer_rotation
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::AddItems);
LAYER_ROTATION_CUDA_KERNEL(layer_rotation::AddAll);
`

describe.skipIf(!tools)('a block kernel as nvcc compiles it (skipped without nvcc of CUDA 13)', () => {
  beforeAll(buildInterpreter, 600_000)

  /** The kernels' PTX, made with a change of the header that adds, and of the kernels. */
  function compile(change: (header: string) => string, changeKernels = (kernels: string) => kernels): string {
    const folder = temporaryFolder()
    for (const name of ['device', 'error.h'])
      cpSync(join(root, 'native', name), join(folder, name), { recursive: true })
    const header = join(folder, 'device', 'block_kernel.cuh')
    writeFileSync(header, change(readFileSync(header, 'utf8')))
    writeFileSync(join(folder, 'kernel.cu'), changeKernels(source))
    const ptx = join(folder, 'kernel.ptx')
    execFileSync(tools!.nvcc, [...ptxOptions(tools!, folder), join(folder, 'kernel.cu'), '-o', ptx])
    return readFileSync(ptx, 'utf8')
  }

  /** Adds items with fewer blocks than there are items, so that blocks take a second round. */
  function add(ptx: string, items: number, blocks: number) {
    const numbers = Float64Array.from({ length: 512 * items }, (_, k) => k % 1000)
    const totals = new Float64Array(items)
    const kernel = /\.entry (\w*AddItems\w*)/.exec(ptx)![1]!
    const args = [{ parts: [numbers, totals] }, { value: BigInt64Array.of(BigInt(items)) }]
    const fault = runKernel(ptx, args, { kernel, blocks, threads: 256, races: true })
    const expected = Array.from({ length: items }, (_, item) =>
      numbers.subarray(512 * item, 512 * (item + 1)).reduce((a, b) => a + b),
    )
    return { fault, totals: [...totals], expected }
  }

  test('adds its items, with blocks that take several', () => {
    const { fault, totals, expected } = add(
      compile((header) => header),
      7,
      2,
    )
    expect(fault).toBeNull()
    expect(totals).toEqual(expected)
  }, 300_000)

  /** Adds seven items and then all of them, twice, in the given number of blocks. */
  function addAll(ptx: string, blocks: number) {
    const numbers = Float64Array.from({ length: 512 * 7 }, (_, k) => k % 1000)
    const [totals, counter, all] = [new Float64Array(7), new Uint32Array(1), new Float64Array(1)]
    const kernel = /\.entry (\w*AddAll\w*)/.exec(ptx)![1]!
    const args = [{ parts: [numbers, totals, counter, all] }, { value: BigInt64Array.of(7n) }]
    const launch = () => runKernel(ptx, args, { kernel, blocks, threads: 256, races: true })
    const fault = launch() ?? launch()
    return { fault, all: all[0], counter: counter[0], expected: 2 * numbers.reduce((a, b) => a + b) }
  }

  test('ends with the total of all items, whichever block is last', () => {
    const ptx = compile((header) => header)
    for (const blocks of [1, 2, 7]) {
      const { fault, all, counter, expected } = addAll(ptx, blocks)
      expect(fault).toBeNull()
      expect(all).toBe(expected)
      expect(counter).toBe(0)
    }
  }, 300_000)

  test('is caught if it takes the others’ totals from where a processor may keep old ones', () => {
    const stale = compile(
      (header) => header,
      (kernels) => kernels.replace('kernel::read_stored(totals[thread])', 'totals[thread]'),
    )
    expect(addAll(stale, 7).fault).toMatchObject({ kind: 'race', text: expect.stringContaining('AddAll') as string })
  }, 300_000)

  test('is caught without the barrier that keeps one item from the next', () => {
    const missing = compile((header) => {
      const last = header.lastIndexOf('      __syncthreads();\n')
      expect(last).toBeGreaterThan(0)
      return header.slice(0, last) + header.slice(last).replace('__syncthreads();', '')
    })
    // One round needs no such barrier.
    expect(add(missing, 2, 2).fault).toBeNull()
    expect(add(missing, 3, 2).fault).toMatchObject({
      kind: 'race',
      text: expect.stringMatching(/AddItems.*, block 0, thread \d+, "st\.shared.*race in shared memory/) as string,
    })
  }, 300_000)

  test('is caught without the barrier before the warps are added', () => {
    const missing = compile((header) =>
      header.replace('shared[warp] = value;\n  __syncthreads();', 'shared[warp] = value;'),
    )
    expect(add(missing, 1, 1).fault).toMatchObject({ text: expect.stringContaining('shared memory') as string })
  }, 300_000)
})
