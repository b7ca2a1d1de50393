import { schedule } from 'layer-rotation'

const { prepare } = /** @type {typeof import('../src/train/prepare.js')} */ (
  await import(new URL('../dist/train/prepare.js', import.meta.url).href)
)

/**
 * Prepares the training of an experiment whose steps are timed.
 * @param {import('layer-rotation').ExperimentConfig} config
 */
export async function trainSteps(config) {
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

  /**
   * Trains `steps` steps.
   * @param {number} steps
   */
  async function run(steps) {
    const { status } = await trainer.trainEpoch(request(steps))
    if (status !== 'finished') throw new Error(`the training ${status}`)
  }

  return { trainer, request, run }
}
