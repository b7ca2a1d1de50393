import { LayerRotationError } from '../errors.js'
import { readCifar } from './cifar.js'
import { dataShape, type DataConfig } from './data.js'
import type { Dataset, Splits } from './dataset.js'
import { readMnist } from './mnist.js'
import { pixelStatistics, type Normalization } from './pixel-statistics.js'
import { drawPerClass } from './subset.js'
import { makeSynthetic } from './synthetic.js'

/**
 * Reads the data of an experiment.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE; INVALID_CONFIG where `perClass` is more than a class has
 */
export async function loadData(
  config: DataConfig,
  seed: number,
  normalization: Normalization = 'scalar',
): Promise<Dataset> {
  const { inputShape, classes } = dataShape(config)
  const { train, test } = await readSplits(config, seed)
  const { mean, deviation } = pixelStatistics(train.images, inputShape, normalization)
  const flat = deviation.indexOf(0)
  if (flat !== -1) {
    const where = normalization === 'channel' ? ` of channel ${flat}` : ''
    const message = `data of type ${config.type}: all training pixels${where} are ${mean[flat]!}; expected images`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const perClass = 'perClass' in config ? config.perClass : null
  const subset = perClass === null ? train : drawPerClass(train, classes, perClass, seed)
  return { inputShape, classes, mean, deviation, train: subset, test }
}

async function readSplits(config: DataConfig, seed: number): Promise<Splits> {
  switch (config.type) {
    case 'mnist':
    case 'fashionMnist':
      return readMnist(config)
    case 'cifar10':
    case 'cifar100':
      return readCifar(config)
    case 'tinyImageNet':
    case 'imageFolder':
      throw new LayerRotationError('INVALID_CONFIG', `data of type ${config.type} cannot be read yet`)
    case 'synthetic':
      return makeSynthetic(config, seed)
  }
}
