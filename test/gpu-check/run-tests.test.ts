import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { testsIn, type Test } from '../../scripts/gpu-check/checks.mjs'

const program = fileURLToPath(new URL('../../scripts/gpu-check/run-tests.mjs', import.meta.url))
/** A folder below node_modules' parent, in which vitest looks for no tests. */
const folder = fileURLToPath(new URL('../../build/run-tests/', import.meta.url))

const tests = `
import { describe, expect, onTestFinished, test } from 'vitest'
import { mix } from '../../src/random.js'

describe('a group', () => {
  test('that holds', () => {
    expect(mix(1)).toBeTypeOf('number')
    expect({ a: [1, 2], b: 0.1 + 0.2 }).toEqual({ a: expect.any(Array), b: expect.closeTo(0.3) })
  })
  test('that does not', () => expect([1, 2]).toEqual([1, 3]))
  test('that throws', async () => { await expect(Promise.reject(new Error('mine'))).rejects.toThrow('another') })
  test.each([1, 2])('of %d', (n: number) => { expect(n, 'the number').toBe(1) })
  test('that goes away', ({ skip }) => skip())
  test.skip('that is left out', () => expect(1).toBe(2))
  describe.skip('within a group left out', () => { test('too', () => expect(1).toBe(2)) })
})
test('cleans up', () => onTestFinished(() => { if (mix(1) === 0) throw new Error('never') }))
`

/** The reported tests and the exit code. */
async function run(text: string, pattern?: string): Promise<{ tests: Test[]; code: number }> {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${process.pid}-${Math.random()}.test.ts`)
  writeFileSync(file, text)
  onTestFinished(() => rmSync(file))
  const args = [program, file, ...(pattern === undefined ? [] : [pattern])]
  const ended = promisify(execFile)(process.execPath, args).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  )
  const { stdout, code } = await ended
  return { tests: testsIn(stdout), code }
}

test('runs tests as vitest does, without it', async () => {
  const ran = await run(tests)
  expect(ran.code).toBe(1)
  const outcomes = ran.tests.map(({ name, state }) => [name, state])
  expect(Object.fromEntries(outcomes)).toEqual({
    'a group > that holds': 'passed',
    'a group > that does not': 'failed',
    'a group > that throws': 'failed',
    'a group > of 1': 'passed',
    'a group > of 2': 'failed',
    'a group > that goes away': 'skipped',
    'a group > that is left out': 'skipped',
    'a group > within a group left out > too': 'skipped',
    'cleans up': 'passed',
  })
  expect(outcomes).toHaveLength(9)
})

test('tells why a test failed', async () => {
  const failed = (await run(tests)).tests.filter(({ state }) => state === 'failed').map(({ error }) => error)
  expect(failed[0]).toContain('expected [ 1, 2 ] to deeply equal [ 1, 3 ]')
  expect(failed[1]).toContain("error including 'another' but got 'mine'")
  expect(failed[2]).toContain('the number')
})

test('runs those that match a pattern', async () => {
  const ran = await run(tests, 'of 1|cleans')
  expect(ran.code).toBe(0)
  expect(ran.tests.filter(({ state }) => state !== 'skipped').map(({ name, state }) => [name, state])).toEqual([
    ['a group > of 1', 'passed'],
    ['cleans up', 'passed'],
  ])
})

test('waits for a reader that is slower', async () => {
  // More than a pipe holds, all at once.
  const { tests, code } = await run(`
import { test } from 'vitest'
for (let i = 0; i < 3000; i++) test.skip(\`\${i} ${'x'.repeat(100)}\`, () => {})
`)
  expect(code).toBe(0)
  expect(tests).toHaveLength(3000)
})

test('fails where none matches', async () => {
  expect((await run(tests, 'nothing')).code).toBe(1)
})

test('reports a file that cannot be loaded', async () => {
  const {
    tests: [only],
    code,
  } = await run("import './missing.js'")
  expect(code).toBe(1)
  expect(only).toMatchObject({ name: 'the file', state: 'failed' })
  expect(only!.error).toContain('missing.js')
})
