import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCheckpoint } from '../../../src/checkpoints/read-checkpoint.js'
import { measureCheckpoints } from '../../../src/measure/measure-checkpoints.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { expectNumbers, written } from '../written/expected.js'

test('checkpoints of two processes with FSDP give the numbers that NumPy calculates', () =>
  expectNumbers('distributed-rows'))

test('tensors that are split by columns are put together', async () => {
  const { table, notes } = await measureCheckpoints(written('odd/distributed-columns'), {
    from: written('distributed-rows/step20'),
  })
  expect(table.layers).toEqual(['conv', 'fc'])
  for (const layer of table.layers) expect(table.layer(layer, 'relative_update')[0]).toBe(0)
  expect(notes).toEqual([expect.stringMatching(/: also has one$/)])
})

/** A copy of a checkpoint, which may be changed. */
function copy(): string {
  const folder = join(temporaryFolder(), 'step0')
  cpSync(written('distributed-rows/step0'), folder, { recursive: true })
  return folder
}

test('a checkpoint without one of its files is refused', async () => {
  const folder = copy()
  truncateSync(join(folder, '__1_0.distcp'), 2000)
  expect(await failure(() => readCheckpoint(folder))).toMatch(
    /^INVALID_FILE: .*__1_0.distcp .*: it ends before the chunk/,
  )
})

test('a file elsewhere is refused', async () => {
  const folder = copy()
  const file = join(folder, '.metadata')
  const text = readFileSync(file, 'latin1')
  writeFileSync(file, text.replaceAll('__0_0.distcp', '../../distcp'), 'latin1')
  expect(await failure(() => readCheckpoint(folder))).toContain('is not in a .distcp file beside it')
})

test('metadata that are none are refused', async () => {
  const folder = copy()
  writeFileSync(join(folder, '.metadata'), '\x80\x04}.', 'latin1')
  expect(await failure(() => readCheckpoint(folder))).toContain('it lists no tensors')
})
