// node scripts/cuda-standin/capture-step.mjs NETWORK: trains a network of the zoo until its step is captured.

import { configOf } from '../../bench/gpu-networks.mjs'

/** @typedef {import('../../src/train/prepare.js')} Prepare */
const { prepare } = /** @type {Prepare} */ (await import(new URL('../../dist/train/prepare.js', import.meta.url).href))

const network = /** @type {import('../../bench/gpu-networks.mjs').Name} */ (process.argv[2])
const batchSize = 128
/** The first steps warm up; the next one is captured. */
const steps = 4

const config = configOf(network, { isGpu: true, rule: 'layca', train: batchSize })
const { trainer } = await prepare(config)
await trainer.trainEpoch({
  order: Int32Array.from({ length: steps * batchSize }, (_, i) => i % batchSize),
  batchSizes: new Int32Array(steps).fill(batchSize),
  rates: new Float64Array(steps * trainer.layerNames.length).fill(0.01),
  record: { steps: new Int32Array(0), neurons: false, spectral: false, references: [] },
  augmentationKey: 0,
})
trainer.dispose()
