// node scripts/gpu-check/paper-mnist.mjs DEVICE RUNS: compares the paper's MNIST experiment with the published test
// accuracies. Writes one line of JSON for each training, in the format of run-tests.mjs. On the CPU it trains for two epochs,
// which only shows that it runs.

import { rmSync } from 'node:fs'

const { repeatPaper } = /** @type {typeof import('../../src/paper/repeat.js')} */ (
  await import(new URL('../../dist/paper/repeat.js', import.meta.url).href)
)

/** The largest difference in test accuracy, in percentage points, for any seed. */
const tolerance = 0.6

const [device = 'cpu', runsFolder = 'runs'] = process.argv.slice(2)
const isTrial = device === 'cpu'
try {
  const { summary } = await repeatPaper('mnist', { runsFolder, device, ...(isTrial && { epochs: 2 }) })
  for (const { label, testAccuracy, seconds, expected } of summary.rows) {
    const published = expected.testAccuracy ?? NaN
    const agrees = isTrial ? testAccuracy > 15 : Math.abs(testAccuracy - published) <= tolerance
    const wanted = isTrial ? 'two epochs' : `published ${published.toFixed(2)} %`
    const name = `${label}: ${testAccuracy.toFixed(2)} % of the test images (${wanted}), ${seconds.toFixed(1)} s`
    const error = agrees ? '' : `expected within ${tolerance} points`
    console.log(JSON.stringify({ name, state: agrees ? 'passed' : 'failed', seconds, error }))
  }
} finally {
  rmSync(runsFolder, { recursive: true, force: true })
}
