// node bench/gpu-training-once.mjs DEVICE NETWORK SECONDS: prints the nanoseconds a step of our trainer, as JSON: with
// SGD, with SGD and weights that are cast in every step, with Layca, and with Layca while every step is recorded.
import { schedule } from 'layer-rotation'
import { configOf } from './gpu-networks.mjs'

const { prepare } = /** @type {typeof import('../src/train/prepare.js')} */ (
  await import(new URL('../dist/train/prepare.js', import.meta.url).href)
)

const [device = 'cpu', network = '', seconds = '1'] = process.argv.slice(2)
const isGpu = device !== 'cpu'
const name = /** @type {import('./gpu-networks.mjs').Name} */ (network)

/** @param {'sgd' | 'layca'} rule */
async function make(rule, shadowWeights = true) {
  const config = configOf(name, { isGpu, rule })
  const { trainer, orders } = await prepare(config, {}, undefined, { shadowWeights })
  const { order } = orders.epoch(0)
  const rate = schedule(config.learningRate, config)(0)
  /** @type {Set<string>} */
  const warnings = new Set()
  const run = async (/** @type {number} */ steps, /** @type {boolean} */ recorded) => {
    const indices = Int32Array.from({ length: steps * config.batchSize }, (_, i) => order[i % order.length] ?? 0)
    const request = {
      order: indices,
      batchSizes: new Int32Array(steps).fill(config.batchSize),
      rates: new Float64Array(steps * trainer.layerNames.length).fill(rate),
      record: {
        steps: Int32Array.from(recorded ? Array(steps).keys() : []),
        neurons: false,
        spectral: false,
        references: [],
      },
      augmentationKey: 1,
    }
    const start = performance.now()
    const result = await trainer.trainEpoch(request)
    const seconds = (performance.now() - start) / 1000
    if (result.status !== 'finished') throw new Error(`the training ${result.status}`)
    for (const warning of result.warnings ?? []) warnings.add(warning)
    return seconds
  }
  return { trainer, run, warnings }
}

/**
 * Times blocks of steps of about half a second, each kind in turn, until the time is over and at least three of each.
 * @param {Record<string, (steps: number) => Promise<number>>} kinds
 */
async function blocks(kinds) {
  /** @type {Record<string, number[]>} */
  const times = {}
  const steps = isGpu ? 20 : 1
  let each = 0
  for (const [kind, run] of Object.entries(kinds)) {
    await run(steps) // warms up, and captures the graph
    each = Math.max(each, (await run(steps)) / steps)
    times[kind] = []
  }
  const count = isGpu ? Math.max(1, Math.min(2000, Math.round(0.5 / each))) : 1
  for (let spent = 0, round = 0; spent < Number(seconds) * Object.keys(kinds).length || round < 3; round++) {
    for (const [kind, run] of Object.entries(kinds)) {
      const taken = await run(count)
      spent += taken
      times[kind]?.push((taken / count) * 1e9)
    }
  }
  return times
}

const layca = await make('layca')
const controlled = await blocks({
  laycaNs: (steps) => layca.run(steps, false),
  recordedNs: (steps) => layca.run(steps, true),
})
layca.trainer.dispose()
const [sgd, casting] = [await make('sgd'), await make('sgd', false)]
const plain = await blocks({
  sgdNs: (steps) => sgd.run(steps, false),
  castNs: (steps) => casting.run(steps, false),
})
for (const { trainer } of [sgd, casting]) trainer.dispose()
const warnings = new Set([layca, sgd, casting].flatMap((one) => [...one.warnings]))
console.log(JSON.stringify({ ...plain, ...controlled, warnings: [...warnings] }))
