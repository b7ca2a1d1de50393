import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCheckpoint } from '../../../src/checkpoints/read-checkpoint.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { expectNumbers, written } from '../written/expected.js'

test('checkpoints of two processes with FSDP give the numbers that NumPy calculates', () =>
  expectNumbers('distributed-rows'))

test('tensors that are split by columns are named, with a way out', async () => {
  const { tensors, notes } = await readCheckpoint(written('odd/distributed-columns'))
  expect(tensors.map(({ name, shape, type }) => [name, shape, type])).toEqual([
    ['conv.weight', [4, 2, 3, 3], 'F64'],
    ['one', [1, 4], 'F32'],
    ['fc.bias', [6], 'F32'],
  ])
  expect(notes).toHaveLength(1)
  expect(notes[0]).toMatch(
    /: fc.weight is left out, as it is not split .*; convert .* dcp_to_torch ".*distributed-columns" /,
  )
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
