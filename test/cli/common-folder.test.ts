import { expect, test } from 'vitest'
import { commonFolder } from '../../src/cli/common-folder.js'
import { failure } from '../support/failure.js'

test.each([
  [['/runs/a'], '/runs/a'],
  [['/runs/a', '/runs/b'], '/runs'],
  [['/runs/a', '/runs/ab'], '/runs'],
  [['/runs/a', '/runs/a/b'], '/runs/a'],
  [['/runs/a/b/c', '/runs/a/d', '/runs/e/f'], '/runs'],
])('%j are in %s', (folders, expected) => {
  expect(commonFolder(folders)).toBe(expected)
})

test('runs that have only the root in common need an output folder', async () => {
  expect(await failure(() => Promise.resolve().then(() => commonFolder(['/data/run', '/home/run'])))).toBe(
    'INVALID_CONFIG: the runs have only the folder / in common; name the folder for the report with --output',
  )
})
