import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildTools, findLibTorch } from '#setup'
import { root } from '../../scripts/setup/paths.mjs'
import { run } from '../../scripts/setup/process.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'

const folder = join(root, 'test/cuda/threads')

/** The program of the folder, under ThreadSanitizer; null if the compiler does not have that. */
async function compiled(): Promise<string | null> {
  const { compiler } = await buildTools(process.env)
  const { libtorch } = await findLibTorch()
  const program = join(temporaryFolder(), 'block_kernels')
  // The folder's own ATen/ comes before LibTorch's.
  const includes = ['-I', folder, '-isystem', join(libtorch!.folder, 'include')]
  const flags = ['-std=c++20', '-O1', '-g', '-pthread', '-fsanitize=thread', '-Wall', '-Werror', '-Wno-unknown-pragmas']
  const source = join(folder, 'block_kernels.cpp')
  const { code, output } = await run(compiler, [...flags, ...includes, source, '-o', program])
  if (code !== 0 && /cannot find.*tsan/.test(output)) return null
  expect(output).toBe('')
  return program
}

/** The kinds of kernels: what the program prints, and where a race is reported if either of an item's two barriers is missing. */
const kinds = [
  // The barrier before the sums of the warps are read, and the one after which the block's next item overwrites them.
  [
    'sums',
    'sums: the same bits\nsums and their total: the same bits\nno sums: the same bits\n',
    /data race .*block_kernel\.cuh:\d+ in block_sum/,
  ],
  // The barrier between the phases, and the one before the first phase of the block's next item.
  ['phases', 'phases: the same bits\n', /data race .*block_kernels\.cpp:\d+ in run/],
] as const

test('a block’s threads keep apart by their barriers alone, and give the bits of the host', async (context) => {
  const program = await compiled()
  const env = { ...process.env, TSAN_OPTIONS: 'halt_on_error=1' }
  if (program === null) return context.skip('the compiler has no ThreadSanitizer')
  for (const [kind, same, race] of kinds) {
    const [whole, ...faulty] = await Promise.all(
      ['none', 'first', 'second'].map((leftOut) => run(program, [kind, leftOut], { env })),
    )
    expect(whole).toMatchObject({ code: 0, output: same })
    for (const { code, output } of faulty) {
      expect(code).toBe(66)
      expect(output).toMatch(race)
    }
  }
})
