// node scripts/gpu-check/run-tests.mjs FILE [PATTERN]: runs the tests of a file whose names match PATTERN, without vitest.
// Writes one line of JSON for each test: { name, state: passed | failed | skipped, seconds, error }. Exits with 1 if a test
// failed or none matched.

import { getNames, getTests } from '@vitest/runner/utils'
import { startTests } from '@vitest/runner'
import { createJiti } from 'jiti'
import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const [file = '', pattern] = process.argv.slice(2)
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.url))
const jiti = createJiti(import.meta.url, { alias: { vitest }, nativeModules: ['@vitest/expect', '@vitest/runner'] })

/** @type {import('@vitest/runner').VitestRunner} */
const runner = {
  config: {
    root: process.cwd(),
    setupFiles: [],
    name: undefined,
    passWithNoTests: true,
    testNamePattern: pattern === undefined ? undefined : new RegExp(pattern),
    allowOnly: true,
    sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  },
  importFile: (path) => jiti.import(path),
  pool: 'forks',
  onAfterRunTask: (test) => report(test),
}

/** @param {import('@vitest/runner').Task} test */
function report(test) {
  const { state, duration = 0, errors = [] } = test.result ?? {}
  const outcome = state === 'pass' ? 'passed' : state === 'fail' ? 'failed' : 'skipped'
  failed ||= outcome === 'failed'
  passed ||= outcome === 'passed'
  const error = errors.map(({ message, stack }) => stack ?? message).join('\n')
  print({ name: getNames(test).slice(1).join(' > '), state: outcome, seconds: duration / 1000, error })
}

/**
 * Writes synchronously, because a later test may end the process. A full pipe refuses a part, which waits for its reader.
 * @param {{ name: string, state: string, seconds: number, error: string }} line
 */
function print(line) {
  let rest = Buffer.from(`${JSON.stringify(line)}\n`)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

let failed = false
let passed = false

const files = await startTests([file], runner)
for (const each of files) {
  const errors = (each.result?.errors ?? []).map(({ message, stack }) => stack ?? message).join('\n')
  failed ||= errors !== ''
  if (errors) print({ name: 'the file', state: 'failed', seconds: 0, error: errors })
  for (const test of getTests(each)) if (test.mode !== 'run') report(test)
}
process.exit(failed || (pattern !== undefined && !passed) ? 1 : 0)
