import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from '../../src/files/make-folder.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

test('a folder is made with its parents, and may be there already', async () => {
  const folder = join(temporaryFolder(), 'a', 'b', 'c')
  await makeFolder(folder)
  await makeFolder(folder)
  expect(existsSync(folder)).toBe(true)
})

test.each(['/proc/layer-rotation', '/proc/layer-rotation/runs'])(
  '%s, where none can be made, is refused',
  async (path) => {
    expect(await failure(() => makeFolder(path))).toMatch(/^WRITE_FAILED: .* could not be written/)
  },
)

test('a file in the way is named', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  expect(await failure(() => makeFolder(join(file, 'folder')))).toMatch(/^WRITE_FAILED: /)
})
