// Forked as bench/side-by-side-once.mjs CONFIG.json: trains until it is killed, and sends the number of steps done after each
// block of steps of about a tenth of a second.
import { readFileSync } from 'node:fs'
import { experiment } from 'layer-rotation'
import { trainSteps } from './train-steps.mjs'

const input = /** @type {import('layer-rotation').ExperimentInput} */ (
  JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
)
const { run } = await trainSteps(experiment(input))

await run(2)
const start = performance.now()
await run(2)
const block = Math.max(1, Math.round(200 / (performance.now() - start)))
for (let steps = 0; process.connected; steps += block) {
  process.send?.({ steps })
  await run(block)
}
