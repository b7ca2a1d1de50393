import { constant, experiment, layca, sgd, synthetic } from 'layer-rotation'

const { zoo, zooNames, isZooName } = /** @type {typeof import('../src/model/zoo/zoo.js')} */ (
  await import(new URL('../dist/model/zoo/zoo.js', import.meta.url).href)
)

/** The images of a step. */
export const batchSize = 128

/**
 * The networks of the zoo that an option names, separated by commas.
 * @param {string} models '' for `otherwise`
 * @param {readonly import('../src/model/zoo/zoo.js').ZooName[]} [otherwise]
 */
export function chosenNetworks(models, otherwise = zooNames) {
  if (models === '') return otherwise
  return models.split(',').map((name) => {
    if (isZooName(name)) return name
    throw new Error(`--models: there is no network ${JSON.stringify(name)}; expected some of ${zooNames.join(', ')}`)
  })
}

/**
 * The config of a network with its usual options on images of its usual shape, which are shifted and flipped if they
 * have colours.
 * @param {import('../src/model/zoo/zoo.js').ZooName} name
 * @param {'fp32' | 'bf16'} precision
 * @param {{ threads: number, optimizer?: string }} options
 */
export function zooConfig(name, precision, { threads, optimizer = 'layca' }) {
  const { inputShape, shownWith = {} } = /** @type {import('../src/model/zoo/zoo.js').ZooNetwork} */ (zoo[name])
  const [channels = 0, height = 0, width = 0] = inputShape
  const model = /** @type {import('layer-rotation').ModelInput} */ ({ type: name, ...shownWith })
  const classes = zoo[name].options.shape.classes.parse(undefined)
  return experiment({
    name,
    data: synthetic({ shape: [channels, height, width], classes, train: 16 * batchSize, test: batchSize }),
    normalization: 'channel',
    augmentation: channels === 3 ? { shift: 4, flip: true } : { shift: 0, flip: false },
    model,
    optimizer: optimizer === 'sgd' ? sgd() : layca(sgd()),
    learningRate: constant(optimizer === 'sgd' ? 1e-3 : 3 ** -5),
    epochs: 1,
    batchSize,
    precision,
    device: 'cpu',
    threads,
  })
}
