import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { stateOf } from '../../bench/gpu-measurements.mjs'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'

const name = 'bench gpu'

/**
 * Runs `bench gpu` in a separate process. That keeps to its time, saves each measurement when it is complete, and continues
 * with the missing ones at the next call.
 * @param {import('./report.mjs').Report} report
 * @param {{ output: string, deadline: number, again: boolean }} options
 */
export async function runBenchmark(report, { output, deadline, again }) {
  if (report.hasPassed('bench', name)) return
  const start = performance.now()
  const started = Date.now()
  const seconds = Math.floor((deadline - start) / 1000)
  if (seconds < 30) {
    report.add('bench', [{ name, state: 'not run', seconds: 0, reason: 'no time was left' }])
    return
  }
  const args = ['gpu', '--seconds', String(seconds), '--output', output, ...(again ? ['--again'] : [])]
  const { code } = await run(process.execPath, [join(root, 'bench', 'run.mjs'), ...args], { cwd: root, show: true })
  const file = readdirSync(output)
    .filter((each) => /^gpu-(?!check).*\.json$/.test(each) && statSync(join(output, each)).mtimeMs >= started)
    .at(-1)
  const took = (performance.now() - start) / 1000
  const measured = file ? JSON.parse(readFileSync(join(output, file), 'utf8')) : null
  if (measured) report.setMeasured(measured)
  const verdict =
    code === 0 && measured
      ? verdictOf(measured.measurements)
      : { state: /** @type {const} */ ('failed'), reason: `ended with ${code}` }
  report.add('bench', [{ name, seconds: took, ...verdict }])
}

/**
 * The benchmark passes once everything is measured.
 * @param {Record<string, import('../../bench/gpu-measurements.mjs').Measurement>} measurements
 * @returns {Pick<import('./report.mjs').CheckResult, 'state' | 'reason'>}
 */
export function verdictOf(measurements) {
  const inState = (/** @type {ReturnType<typeof stateOf>[]} */ ...states) =>
    Object.entries(measurements).filter(([, measurement]) => states.includes(stateOf(measurement)))
  const failed = inState('failed').map(([each, { notMeasured }]) => `${each}: ${notMeasured}`)
  if (failed.length > 0) return { state: 'failed', reason: failed.join('\n') }
  const open = inState('missing', 'part').map(([each]) => each)
  if (open.length === 0) return { state: 'passed' }
  const reason = `There was no time for ${open.join(', ')}; the next call of this part continues with them.`
  return { state: 'not run', reason }
}
