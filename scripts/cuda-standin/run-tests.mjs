import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { testsIn } from '../gpu-check/checks.mjs'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'
import { violationsIn } from './journal.mjs'
import { variables } from './variables.mjs'

/**
 * Runs test files on the stand-in, several at once, and prints what they find.
 * @param {import('./build.mjs').Standin} standin
 * @param {import('./runs.mjs').Run[]} runs
 * @returns {Promise<boolean>} whether all tests passed without a violation
 */
export async function runTests(standin, runs) {
  const queue = [...runs.entries()]
  let passed = true
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [number, each] = next
      const journal = join(standin.journals, `${number}-${basename(each.file, '.test.ts')}`)
      if (!(await runFile(standin, each, journal))) passed = false
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return passed
}

/**
 * @param {import('./build.mjs').Standin} standin
 * @param {import('./runs.mjs').Run} each
 * @param {string} journal
 */
async function runFile(standin, { file, pattern, settings = {} }, journal) {
  const start = performance.now()
  const args = [join(root, 'scripts', 'gpu-check', 'run-tests.mjs'), join(root, file)]
  if (pattern !== undefined) args.push(pattern)
  const env = { ...process.env, ...standin.env, ...variables({ JOURNAL: journal, ...settings }) }
  const { code, output } = await run(process.execPath, args, { cwd: root, env })
  const tests = testsIn(output)
  const count = (/** @type {string} */ state) => tests.filter((test) => test.state === state).length
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const under = Object.entries(settings).map(([name, value]) => `, ${name}=${value}`)
  console.log(
    `  ${file}${under.join('')}: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped (${seconds} s)`,
  )
  for (const { name, error } of tests.filter(({ state }) => state === 'failed')) {
    console.log(`    failed: ${name}\n      ${error.split('\n').slice(0, 4).join('\n      ')}`)
  }
  if (code !== 0 && count('failed') === 0) console.log(`    exit code ${code}\n${output.slice(-3000)}`)
  const violations = violationsIn(journal)
  for (const [text, times] of violations) console.log(`    violation, ${times} times: ${text}`)
  return code === 0 && violations.size === 0
}
