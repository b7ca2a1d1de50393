// node bench/training-once.mjs CONFIG.json SECONDS: prints the times of our training steps and input pipeline, as JSON.
import { readFileSync } from 'node:fs'
import { experiment, schedule } from 'layer-rotation'
import { blockTimes } from './block-times.mjs'

const { prepare } = /** @type {typeof import('../src/train/prepare.js')} */ (
  await import(new URL('../dist/train/prepare.js', import.meta.url).href)
)

const [configFile = '', seconds = ''] = process.argv.slice(2)
const input = /** @type {import('layer-rotation').ExperimentInput} */ (JSON.parse(readFileSync(configFile, 'utf8')))
const config = experiment(input)
const { trainer, orders } = await prepare(config)
const { order } = orders.epoch(0)
const batches = Math.floor(order.length / config.batchSize)

/**
 * Makes a request for `steps` steps, which begin again with the first image after the last.
 * @param {number} steps
 */
function request(steps) {
  const indices = new Int32Array(steps * config.batchSize)
  for (let step = 0; step < steps; step++) {
    const from = (step % batches) * config.batchSize
    indices.set(order.subarray(from, from + config.batchSize), step * config.batchSize)
  }
  return {
    order: indices,
    batchSizes: new Int32Array(steps).fill(config.batchSize),
    rates: new Float64Array(steps * trainer.layerNames.length).fill(schedule(config.learningRate, config)(0)),
    record: { steps: new Int32Array(0), neurons: false, spectral: false, references: [] },
    augmentationKey: 1,
  }
}

const stepNs = await blockTimes(async (steps) => {
  const { status } = await trainer.trainEpoch(request(steps))
  if (status !== 'finished') throw new Error(`the training ${status}`)
}, Number(seconds))
const inputNs = (await trainer.timeInput(request(200))).subarray(20)
console.log(JSON.stringify({ stepNs, inputNs: [...inputNs] }))
trainer.dispose()
