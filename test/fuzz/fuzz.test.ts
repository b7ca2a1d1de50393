import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'
import { readCorpus, readFindings } from './corpus.js'
import { cook, recipe } from './mutation.js'
import { targetNames, targets } from './targets.js'

// The addon runs in a separate process, because it may end that.
const parsers = targetNames.filter((name) => name !== 'addon')

describe.each(parsers)('%s', (name) => {
  test('accepts or refuses the inputs of earlier sessions', async () => {
    const folder = temporaryFolder()
    const target = await targets[name]()
    for (const input of [...readCorpus(name), ...readFindings(name)]) await target.run(input, folder)
  })

  test('accepts or refuses any mutation of a valid input', async () => {
    const folder = temporaryFolder()
    const target = await targets[name]()
    const corpus = [...(await target.seeds()), ...readCorpus(name)]
    await fc.assert(
      fc.asyncProperty(recipe, (how) => target.run(cook(how, corpus, target.tokens), folder)),
      { numRuns: 100 },
    )
  })
})

test('the command runs a session, here of the addon, and exits with 0 if it finds nothing', () => {
  const jiti = join(dirname(createRequire(import.meta.url).resolve('jiti/package.json')), 'lib', 'jiti-cli.mjs')
  const script = fileURLToPath(new URL('run.ts', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, [jiti, script, '1', 'addon'], { encoding: 'utf8' })
  expect(stdout).toMatch(/^addon +[1-9]\d* executions/)
  expect(stdout).toMatch(/^\d+ executions in \d+ s of CPU, 0 findings$/m)
  expect(status).toBe(0)
})
