import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { checkpointName, listCheckpoints, pruneCheckpoints } from '../../src/run/checkpoint-folders.js'
import { writing } from '../../src/files/write.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const positions = [
  { epoch: 9, step: 0 },
  { epoch: 9, step: 99_999_999 },
  { epoch: 9, step: 100_000_000 },
  { epoch: 10, step: 0 },
  { epoch: 999_999, step: 0 },
  { epoch: 1_000_000, step: 0 },
]

/** A folder of checkpoints that are empty but for a file, and of things that are none. */
function folderOfCheckpoints(): string {
  const folder = temporaryFolder()
  for (const position of positions.toReversed()) {
    mkdirSync(join(folder, checkpointName(position)))
    writeFileSync(join(folder, checkpointName(position), 'file'), '')
  }
  for (const other of ['initial', 'epoch-000011-step-00000000.tmp', 'epoch-12']) mkdirSync(join(folder, other))
  return folder
}

test('checkpoints are listed from the oldest to the newest, however many digits their numbers have', async () => {
  const listed = await listCheckpoints(folderOfCheckpoints())
  expect(listed.map((path) => basename(path))).toEqual(positions.map(checkpointName))
})

test('the newest checkpoints are kept, however many digits their numbers have', async () => {
  const folder = folderOfCheckpoints()
  await pruneCheckpoints(folder, 2, writing)
  const left = readdirSync(folder).filter((name) => /-step-\d+$/.test(name))
  expect(left.sort()).toEqual(positions.slice(-2).map(checkpointName).sort())
})
