// node scripts/gpu-check/one-epoch.mjs DEVICE: trains ResNet-32 in bf16 under Layca for an epoch of 50,000 random images of
// CIFAR's size, and writes its images a second as one line of JSON, in the format of run-tests.mjs. Without a real GPU a
// few steps only show that it runs, and no speed is told.

import { configOf } from '../../bench/gpu-networks.mjs'

/** @typedef {typeof import('../../src/native/load.js')} Load */
/** @typedef {typeof import('../../src/train/prepare.js')} Prepare */

/** @param {string} file below dist/ */
const compiled = (file) => import(new URL(`../../dist/${file}`, import.meta.url).href)
const { info } = /** @type {Load} */ (await compiled('native/load.js'))
const { prepare } = /** @type {Prepare} */ (await compiled('train/prepare.js'))

/** Steps before the measured ones: cuDNN chooses its algorithms, and the graphs are captured. */
const warmUps = 4

const [device = 'cpu'] = process.argv.slice(2)
const isGpu = device !== 'cpu'
const description = isGpu ? ((await info()).devices[1]?.description ?? '') : ''
const isTrial = !isGpu || description.startsWith('Stand-in')

const config = configOf('resnet32', { isGpu, rule: 'layca', train: isTrial ? 5 * 128 : 50_000 })
const { trainer, orders } = await prepare(config, {}, undefined, {})

/** @param {number} steps the first ones of the epoch, whole batches all */
function firstSteps(steps) {
  const { order } = orders.epoch(0)
  return trainer.trainEpoch({
    order: order.slice(0, steps * config.batchSize),
    batchSizes: new Int32Array(steps).fill(config.batchSize),
    rates: new Float64Array(steps * trainer.layerNames.length).fill(3 ** -5),
    record: { steps: new Int32Array(), neurons: false, spectral: false, references: [] },
    augmentationKey: 1,
  })
}

const before = await firstSteps(warmUps)
const steps = isTrial ? 1 : Math.floor(50_000 / config.batchSize)
const start = performance.now()
const { status, losses, warnings = [] } = await firstSteps(steps)
const seconds = (performance.now() - start) / 1000
trainer.dispose()

const speed = isTrial
  ? 'it runs; no speed was measured'
  : `${Math.round((steps * config.batchSize) / seconds)} images/s, ${((1000 * seconds) / steps).toFixed(3)} ms a step`
const problems = [
  ...(status === 'finished' ? [] : [`the training ${status}`]),
  ...(losses.every(Number.isFinite) ? [] : ['a loss is not finite']),
  // A step that could not be captured runs operation by operation, at a fraction of the speed.
  ...(before.warnings ?? []),
  ...warnings,
]
const name = `ResNet-32, bf16, Layca, batches of ${config.batchSize}: ${speed}`
const state = problems.length === 0 ? 'passed' : 'failed'
console.log(JSON.stringify({ name, state, seconds, error: problems.join('\n') }))
process.exitCode = problems.length === 0 ? 0 : 1
