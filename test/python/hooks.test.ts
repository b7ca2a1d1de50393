import { expect, test } from 'vitest'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

needsPyTorch()

test('the callbacks for Lightning, transformers and Ignite record every other step, and go on where a checkpoint was', async () => {
  const { installed, steps } = (await pytorch('test/python/hooks.py', temporaryFolder())) as {
    installed: Record<string, boolean>
    steps: Record<string, string[][]>
  }
  for (const [name, real] of Object.entries(installed)) if (!real) console.log(`${name}: a stand-in for the library`)
  const everyOther = (perEpoch: number, last: number) =>
    Array.from({ length: last / 2 }, (_, i) => [(2 * (i + 1)) / perEpoch, 2 * (i + 1)])
  const found = Object.fromEntries(
    Object.entries(steps).map(([name, [, ...rows]]) => [name, rows.map((row) => row.map(Number))]),
  )
  expect(found).toEqual({ lightning: everyOther(4, 12), transformers: everyOther(8, 10), ignite: everyOther(8, 16) })
})
