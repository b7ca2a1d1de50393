// node bench/optimizers-once.mjs JOB: prints our steps' nanoseconds, as {network: {triadNs, plainNs, laycaNs}}.
// JOB is JSON: {rule, matrices: {network: [[neurons, weights of a neuron]]}, threads, repetitions}.
import { layca } from 'layer-rotation'

const { createLayers } = /** @type {typeof import('../src/native/load.js')} */ (
  await import(new URL('../dist/native/load.js', import.meta.url).href)
)

const job =
  /** @type {{ rule: import('layer-rotation').RuleConfig, matrices: Record<string, [number, number][]>, threads: number, repetitions: number }} */ (
    JSON.parse(process.argv[2] ?? '')
  )
const { rule, threads } = job
const blocks = 5
const warmUp = 2
const repetitions = Math.ceil(job.repetitions / blocks)

/** @param {number} length */
function randomArray(length) {
  const values = new Float32Array(length)
  for (let i = 0; i < length; i++) values[i] = Math.random() - 0.5
  return values
}

/** @type {Record<string, Record<string, number[]>>} */
const times = {}
for (const [network, matrices] of Object.entries(job.matrices)) {
  const sizes = matrices.map(([neurons, weights]) => neurons * weights)
  const rowSizes = matrices.map(([, weights]) => weights)
  const weights = sizes.map(randomArray)
  const gradients = sizes.map(randomArray)
  const rates = new Float64Array(sizes.length).fill(1e-3)
  const make = async (/** @type {import('layer-rotation').OptimizerConfig} */ optimizer) => {
    const layers = await createLayers(weights, { optimizer, rowSizes, preferAten: false, threads })
    await layers.step(gradients, rates)
    return layers
  }
  const [plain, controlled] = [await make(rule), await make(layca(rule))]
  const kernels = {
    triadNs: () => plain.time('triad', warmUp + repetitions),
    plainNs: () => plain.time('step', warmUp + repetitions),
    laycaNs: () => controlled.time('step', warmUp + repetitions),
  }
  /** @type {Record<string, number[]>} */
  const samples = { triadNs: [], plainNs: [], laycaNs: [] }
  // The kernels take turns, so that a slow moment of the machine affects all of them.
  for (let block = 0; block < blocks; block++) {
    for (const [name, time] of Object.entries(kernels)) samples[name]?.push(...(await time()).subarray(warmUp))
  }
  times[network] = samples
}
console.log(JSON.stringify(times))
