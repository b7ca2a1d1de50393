// node bench/gpu-kernels-once.mjs DEVICE NETWORK: prints our kernels' nanoseconds on the network's layers, as JSON.
import { layca, sgd } from 'layer-rotation'
import { layerSizes } from './gpu-networks.mjs'

const { createLayers } = /** @type {typeof import('../src/native/load.js')} */ (
  await import(new URL('../dist/native/load.js', import.meta.url).href)
)

const [device = 'cpu', network = 'resnet32'] = process.argv.slice(2)
const isGpu = device !== 'cpu'
const sizes = layerSizes(/** @type {import('./gpu-networks.mjs').Name} */ (network), isGpu)
const rounds = 5
const repeats = isGpu ? 40 : 3

const random = () => sizes.map((size) => Float32Array.from({ length: size }, () => Math.random() - 0.5))
const weights = random()
const gradients = random()
const rates = new Float64Array(sizes.length).fill(0.01)

/** @param {import('layer-rotation').OptimizerConfig} optimizer */
async function make(optimizer) {
  const layers = await createLayers(weights, { optimizer, preferAten: false, threads: 0, device })
  await layers.step(gradients, rates)
  return layers
}

const momentum = sgd({ momentum: 0.9 })
const plain = await make(momentum)
const controlled = await make(layca(momentum))
const kernels = {
  copyNs: () => (isGpu ? plain.time('copy', repeats) : plain.time('triad', repeats)),
  monitorNs: () => plain.time('monitor', repeats),
  sgdNs: () => plain.time('step', repeats),
  laycaNs: () => controlled.time('step', repeats),
}

/** @type {Record<string, number[]>} */
const times = {}
// The kernels take turns; the first turn of each warms up.
for (let round = 0; round <= rounds; round++) {
  for (const [name, time] of Object.entries(kernels)) {
    const taken = [...(await time())]
    if (round > 0) times[name] = [...(times[name] ?? []), ...taken]
  }
}
console.log(JSON.stringify({ parameters: sizes.reduce((sum, size) => sum + size), layers: sizes.length, ...times }))
