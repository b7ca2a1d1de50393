// A small training for the child processes and workers of these tests, on the compiled package.

const { createTrainer, info } = await import(new URL('../../../dist/native/load.js', import.meta.url).href)

export { info }

/** @typedef {import('../../../src/native/contract.js').NativeTrainer} NativeTrainer */

const split = {
  images: new Uint8Array(35 * 21).map((_, i) => (i * 37) % 256),
  labels: new Int32Array(21).map((_, i) => i % 4),
}
const dense = { type: 'dense', bias: true, init: { type: 'glorotUniform' }, biasInit: { type: 'zeros' } }

/**
 * A trainer of a perceptron with 4 classes on 21 images of 7×5 bytes.
 *
 * @param {{ units?: number, change?: object }} [options] `units` of its hidden layer
 * @returns {Promise<NativeTrainer>}
 */
export const smallTrainer = ({ units = 11, change = {} } = {}) =>
  createTrainer({
    device: process.env['LAYER_ROTATION_TEST_DEVICE'] ?? 'cpu',
    threads: 1,
    seed: 1,
    inputShape: [7, 5],
    classes: 4,
    layers: [
      { type: 'flatten', name: 'flatten' },
      { ...dense, name: 'dense0', units },
      { type: 'relu', name: 'relu0' },
      { ...dense, name: 'dense1', units: 4 },
    ],
    optimizer: { type: 'sgd', momentum: 0, dampening: 0, nesterov: false, rateInVelocity: true },
    precision: 'fp32',
    memoryFormat: 'channelsLast',
    loss: { type: 'crossEntropy', labelSmoothing: 0 },
    parameters: ['dense0.weight', 'dense0.bias', 'dense1.weight', 'dense1.bias'].map((name) => ({
      name,
      trained: true,
      controlled: false,
      rateFactor: 1,
      decay: 0,
      decoupledDecay: 0,
    })),
    augmentation: { shift: 0, flip: false },
    data: {
      mean: Float64Array.of(33.3),
      deviation: Float64Array.of(78.6),
      train: split,
      validation: new Int32Array(0),
      test: split,
    },
    ...change,
  })

/**
 * An epoch of single examples, by default one of many seconds.
 *
 * @param {NativeTrainer} trainer
 * @param {{ steps?: number, onProgress?: () => void }} [options]
 */
export const train = (trainer, { steps = 1_000_000, onProgress } = {}) =>
  trainer.trainEpoch(
    {
      order: new Int32Array(steps).fill(7),
      batchSizes: new Int32Array(steps).fill(1),
      augmentationKey: 0,
      rates: new Float64Array(2 * steps).fill(0.01),
      record: { steps: new Int32Array(0), neurons: false, spectral: false, references: [] },
    },
    onProgress,
  )
