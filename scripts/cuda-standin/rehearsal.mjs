import { join } from 'node:path'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'
import { violationsIn } from './journal.mjs'
import { variables } from './variables.mjs'

/**
 * Calls `gpu-check first` as on a host with a GPU, where no minute should go to an error that could be found here.
 * @param {import('./build.mjs').Standin} standin
 * @returns {Promise<boolean>} whether all of its checks passed without a violation
 */
export async function rehearseGpuCheck(standin) {
  const start = performance.now()
  const journal = join(standin.journals, 'gpu-check')
  const output = join(standin.journals, 'gpu-check-results')
  const args = [join(root, 'scripts', 'gpu-check.mjs'), 'first', '--again', '--minutes', '10', '--output', output]
  const env = { ...process.env, ...standin.env, ...variables({ JOURNAL: journal }) }
  const ended = await run(process.execPath, args, { cwd: root, env })
  const violations = violationsIn(journal)
  const passed = ended.code === 0 && violations.size === 0
  console.log(
    `  gpu-check first: ${passed ? 'passed' : 'failed'} (${((performance.now() - start) / 1000).toFixed(1)} s)`,
  )
  if (ended.code !== 0) console.log(ended.output)
  for (const [text, times] of violations) console.log(`    violation, ${times} times: ${text}`)
  return passed
}
