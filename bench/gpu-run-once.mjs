// node bench/gpu-run-once.mjs DEVICE NETWORK SECONDS: trains on 50,000 images of CIFAR's size for 100 epochs, or for as
// many as SECONDS allow, with an evaluation on 10,000 images after each and a run folder. Prints times and accuracies
// as JSON.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRun, train } from 'layer-rotation'
import { configOf } from './gpu-networks.mjs'

const [device = 'cpu', network = '', limit = '60'] = process.argv.slice(2)
const isGpu = device !== 'cpu'
const name = /** @type {import('./gpu-networks.mjs').Name} */ (network)
const epochs = isGpu ? 100 : 2
const config = configOf(name, { isGpu, rule: 'layca', epochs, train: 50_000, test: 10_000 })
const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-run-'))
const abort = new AbortController()
const start = performance.now()
let first = start
try {
  const path = join(folder, 'run')
  const listeners = {
    onStart: () => (first = performance.now()),
    onEpochEnd: () => {
      if (performance.now() - start > 1000 * Number(limit)) abort.abort()
    },
  }
  await train(config, { folder: path, signal: abort.signal, ...listeners }).catch((error) => {
    if (error.code !== 'INTERRUPTED') throw error
  })
  const wallSeconds = (performance.now() - first) / 1000
  const run = await openRun(path)
  const done = run.metrics.at(-1)
  const images = isGpu ? 50_000 : 16
  const measured = done?.epoch ?? 0
  const epochSeconds = run.metrics.map(({ seconds }, i) => seconds - (run.metrics[i - 1]?.seconds ?? 0))
  console.log(
    JSON.stringify({
      epochs: measured,
      of: epochs,
      wallSeconds,
      startSeconds: (first - start) / 1000,
      imagesPerSecond: (measured * images) / wallSeconds,
      epochSeconds,
      trainAccuracy: done?.trainAccuracy,
      testAccuracy: done?.testAccuracy,
      warnings: run.status.warnings ?? [],
    }),
  )
} finally {
  rmSync(folder, { recursive: true })
}
