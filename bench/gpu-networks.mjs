import { experiment, layca, sgd, synthetic } from 'layer-rotation'
import { kernelSizes } from './kernel-sizes.mjs'

const { zoo } = /** @type {typeof import('../src/model/zoo/zoo.js')} */ (
  await import(new URL('../dist/model/zoo/zoo.js', import.meta.url).href)
)

/** @typedef {import('../src/model/zoo/zoo.js').ZooName} Name */

/**
 * Options that make the networks of the benchmarks small without a GPU, to check that all programs work.
 * @type {Partial<Record<Name, object>>}
 */
const small = {
  resnet32: { depth: 8 },
  resnet110: { depth: 14 },
  wideResnet28x10: { depth: 10, widenFactor: 1 },
}

/** @param {Name} name */
const modelOf = (name, /** @type {boolean} */ isGpu) =>
  /** @type {import('layer-rotation').ModelInput} */ ({
    type: name,
    ...('shownWith' in zoo[name] ? zoo[name].shownWith : {}),
    ...(isGpu ? {} : small[name]),
  })

/**
 * The config of a training on 128 images a step, of the shape that the network is made for, in bf16, channels_last,
 * shifted and flipped. Batch norm keeps PyTorch's running variance, which is one kernel in PyTorch; Keras's would cost the
 * baseline several.
 * @param {Name} name
 * @param {{ isGpu: boolean, rule: 'sgd' | 'layca', epochs?: number, train?: number, test?: number }} options
 */
export function configOf(name, { isGpu, rule, epochs = 1, train = 6400, test = 128 }) {
  const classes = zoo[name].options.shape.classes.parse(undefined)
  const [channels = 0, height = 0, width = 0] = zoo[name].inputShape
  const momentum = sgd({ momentum: 0.9 })
  const batchSize = isGpu ? 128 : 4
  const images = isGpu ? { train, test } : { train: 4 * batchSize, test: 4 }
  const config = experiment({
    name,
    data: synthetic({ shape: [channels, height, width], classes, ...images }),
    normalization: 'channel',
    augmentation: { shift: 4, flip: true },
    model: modelOf(name, isGpu),
    optimizer: rule === 'sgd' ? momentum : layca(momentum),
    learningRate: { type: 'constant', initial: rule === 'sgd' ? 1e-3 : 3 ** -5 },
    epochs,
    batchSize,
    precision: 'bf16',
    ...(isGpu && { cudnnBenchmark: true }),
    device: isGpu ? 'cuda' : 'cpu',
  })
  const layers = config.model.layers.map(withPytorchVariance)
  return { ...config, model: { ...config.model, layers } }
}

/**
 * @param {import('../src/model/layers.js').LayerSpec} layer
 * @returns {import('../src/model/layers.js').LayerSpec}
 */
function withPytorchVariance(layer) {
  if (layer.type === 'batchNorm') return { ...layer, runningVariance: 'unbiased' }
  if (layer.type !== 'residual') return layer
  return { ...layer, layers: layer.layers.map(withPytorchVariance), shortcut: layer.shortcut.map(withPytorchVariance) }
}

/**
 * The number of weights of each layer, in forward order.
 * @param {Name} name
 * @param {boolean} isGpu
 */
export function layerSizes(name, isGpu) {
  return kernelSizes(configOf(name, { isGpu, rule: 'layca' }).model.layers)
}
