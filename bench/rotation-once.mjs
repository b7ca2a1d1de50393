// node bench/rotation-once.mjs THREADS REPETITIONS SIZE...: prints the nanoseconds of our kernels, as JSON.
import { layca, sgd } from 'layer-rotation'

const { createLayers } = /** @type {typeof import('../src/native/load.js')} */ (
  await import(new URL('../dist/native/load.js', import.meta.url).href)
)

const [threads = 1, repetitions = 1, ...sizes] = process.argv.slice(2).map(Number)
const blocks = 5
const warmUp = 3

const random = () => sizes.map((size) => Float32Array.from({ length: size }, () => Math.random() - 0.5))
const weights = random()
const gradients = random()
const rates = new Float64Array(sizes.length).fill(0.01)

/** @param {number} momentum */
async function make(momentum) {
  const layers = await createLayers(weights, { optimizer: layca(sgd({ momentum })), preferAten: false, threads })
  await layers.step(gradients, rates)
  return layers
}

const plain = await make(0)
const withMomentum = await make(0.9)
const kernels = {
  triadNs: () => plain.time('triad', warmUp + repetitions),
  monitorNs: () => plain.time('monitor', warmUp + repetitions),
  laycaNs: () => plain.time('step', warmUp + repetitions),
  laycaMomentumNs: () => withMomentum.time('step', warmUp + repetitions),
}

/** @type {Record<string, number[]>} */
const times = {}
// The kernels take turns, so that a slow moment of the machine affects all of them.
for (let block = 0; block < blocks; block++) {
  for (const [name, time] of Object.entries(kernels)) {
    times[name] = [...(times[name] ?? []), ...(await time()).subarray(warmUp)]
  }
}
console.log(JSON.stringify(times))
