import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * @typedef {import('./parts.mjs').Check} Check
 * @typedef {import('./report.mjs').CheckResult} CheckResult
 * @typedef {{ name: string, state: 'passed' | 'failed' | 'skipped', seconds: number, error: string }} Test
 */

/** The number of checks that run at once: they spend most of their time starting processes and computing on the CPU. */
const atOnce = Math.max(1, Math.min(8, Math.floor(availableParallelism() / 2)))

/**
 * Runs the checks of a part that have not passed yet, several at once, and adds each to the report when it ends. Those
 * that measure run at the end, one after another.
 * @param {import('./report.mjs').Report} report
 * @param {string} part
 * @param {{ checks: Check[], deadline: number }} options deadline: a time of performance.now()
 */
export async function runChecks(report, part, { checks, deadline }) {
  const open = checks.filter(({ name }) => !report.hasPassed(part, name))
  const scratch = mkdtempSync(join(tmpdir(), 'layer-rotation-gpu-check-'))
  /** @param {Check[]} queue */
  const work = async (queue) => {
    for (let check = queue.shift(); check; check = queue.shift()) {
      const result = await runCheck(check, { device: report.host.device, deadline, folder: scratch })
      report.add(part, [result])
      console.log(describe(result))
    }
  }
  try {
    const together = open.filter(({ alone }) => alone !== true)
    await Promise.all(Array.from({ length: atOnce }, () => work(together)))
    await work(open.filter(({ alone }) => alone === true))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * @param {Check} check
 * @param {{ device: string, deadline: number, folder: string }} options folder: for the files that the check writes
 * @returns {Promise<CheckResult>}
 */
async function runCheck({ name, program, args, verdict, skip, shown, env: more }, { device, deadline, folder }) {
  const start = performance.now()
  if (skip !== undefined) return { name, state: 'skipped', seconds: 0, reason: skip }
  if (start >= deadline) return { name, state: 'not run', seconds: 0, reason: 'no time was left' }
  const own = { LAYER_ROTATION_TEST_DEVICE: device, LAYER_ROTATION_RUNS: join(folder, 'runs') }
  const env = { ...process.env, ...own, ...more }
  const { code, output, late } = await finish(program, args, env, deadline)
  const seconds = (performance.now() - start) / 1000
  const tests = verdict === 'tests' ? testsIn(output) : []
  const failures = tests.filter(({ state }) => state === 'failed').map(({ name, error }) => ({ name, error }))
  const count = (/** @type {Test['state']} */ wanted) => tests.filter(({ state }) => state === wanted).length
  const counts =
    verdict === 'tests' ? { passed: count('passed'), failed: count('failed'), skipped: count('skipped') } : {}
  if (late) return { name, state: 'not run', seconds, reason: 'did not end in time', ...counts, failures }
  const results = shown ? { results: tests.map((test) => test.name) } : {}
  if (code === 0 && failures.length === 0) return { name, state: 'passed', seconds, ...counts, ...results }
  const reason = failures.length > 0 ? '' : `ended with ${code}: ${lastLines(output)}`
  return { name, state: 'failed', seconds, reason, ...counts, failures, ...results }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

process.on('exit', () => running.forEach(killGroup))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

/** @param {import('node:child_process').ChildProcess} child */
function killGroup({ pid }) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} deadline
 * @returns {Promise<{ code: number | string, output: string, late: boolean }>}
 */
function finish(program, args, env, deadline) {
  return new Promise((resolve) => {
    // Its own process group, so that processes which compute-sanitizer and some tests start end with it.
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let output = ''
    let late = false
    running.add(child)
    const end = () => {
      late = true
      killGroup(child)
    }
    const timer = setTimeout(end, Math.max(1, deadline - performance.now()))
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text))
    }
    child.once('error', (error) => resolve({ code: error.message, output, late }))
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code: code ?? String(signal), output, late })
    })
  })
}

/**
 * @param {string} output
 * @returns {Test[]}
 */
export function testsIn(output) {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"name":'))
    .map((line) => /** @type {Test} */ (JSON.parse(line)))
}

/**
 * The end of the output, without the lines that testsIn() reads.
 * @param {string} output
 */
const lastLines = (output) =>
  output
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('{"name":'))
    .slice(-60)
    .join('\n')

/** @param {CheckResult} result */
function describe({ name, state, seconds, reason, failures = [], passed }) {
  const tests = passed === undefined ? '' : `, ${passed} tests passed`
  const why = failures.map((each) => `\n    ${each.name}\n      ${each.error.split('\n')[0]}`).join('')
  return `  ${state.padEnd(7)} ${name} (${seconds.toFixed(1)} s${tests})${reason ? `: ${reason}` : ''}${why}`
}
