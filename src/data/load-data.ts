import { LayerRotationError } from '../errors.js'
import { readCifar } from './cifar/cifar.js'
import { dataShape, type DataConfig } from './data.js'
import type { Dataset, Splits } from './dataset.js'
import { readImageSet } from './images/image-set.js'
import { readMnist } from './mnist/mnist.js'
import { pixelStatistics, type Normalization } from './pixel-statistics.js'
import type { DataWork } from './progress.js'
import { drawPerClass } from './subset.js'
import { makeSynthetic } from './synthetic/synthetic.js'

/**
 * Reads the data of an experiment.
 *
 * @param normalization what `mean` and `deviation` are of
 * @param work for image files, which are decoded the first time
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE; INVALID_CONFIG where `perClass` is more than a class has;
 *   of image files also WRITE_FAILED, INTERRUPTED
 */
export async function loadData(
  config: DataConfig,
  seed: number,
  normalization: Normalization = 'scalar',
  work: DataWork = {},
): Promise<Dataset> {
  const { inputShape, classes } = dataShape(config)
  const { train, test } = await readSplits(config, seed, work)
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

/** All images of a data set. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
export async function readSplits(config: DataConfig, seed: number, work: DataWork = {}): Promise<Splits> {
  switch (config.type) {
    case 'mnist':
    case 'fashionMnist':
      return readMnist(config)
    case 'cifar10':
    case 'cifar100':
      return readCifar(config)
    case 'tinyImageNet':
    case 'imageFolder':
      return readImageSet(config, dataShape(config).inputShape, work)
    case 'synthetic':
      return makeSynthetic(config, seed)
  }
}
