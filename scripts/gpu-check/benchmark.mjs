import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'

/**
 * `bench gpu` in a process of its own, which keeps to its time and saves each measurement when it is done.
 * @param {import('./report.mjs').Report} report
 * @param {{ output: string, deadline: number }} options
 */
export async function runBenchmark(report, { output, deadline }) {
  const name = 'bench gpu'
  if (report.hasPassed('bench', name)) return
  const start = performance.now()
  const started = Date.now()
  const seconds = Math.floor((deadline - start) / 1000)
  if (seconds < 30) {
    report.add('bench', [{ name, state: 'not run', seconds: 0, reason: 'no time was left' }])
    return
  }
  const args = [join(root, 'bench', 'run.mjs'), 'gpu', '--seconds', String(seconds), '--output', output]
  const { code } = await run(process.execPath, args, { cwd: root, show: true })
  const file = readdirSync(output)
    .filter((each) => /^gpu-(?!check).*\.json$/.test(each) && statSync(join(output, each)).mtimeMs >= started)
    .at(-1)
  const took = (performance.now() - start) / 1000
  if (file) report.setMeasured(JSON.parse(readFileSync(join(output, file), 'utf8')))
  const done = code === 0 && file !== undefined
  report.add('bench', [
    { name, state: done ? 'passed' : 'failed', seconds: took, reason: done ? '' : `ended with ${code}` },
  ])
}
