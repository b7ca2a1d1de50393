// node scripts/gpu-check/paper-mnist.mjs DEVICE RUNS: the paper's MNIST experiment against the published test accuracies;
// one line of JSON for each training, as run-tests.mjs writes them. On the CPU of two epochs, which only shows that it runs.

import { rmSync } from 'node:fs'

const { repeatPaper } = /** @type {typeof import('../../src/paper/repeat.js')} */ (
  await import(new URL('../../dist/paper/repeat.js', import.meta.url).href)
)

/** In points of test accuracy, on any seed; on the training images a network learns these images by heart. */
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
