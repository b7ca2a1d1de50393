import { LayerRotationError } from '../errors.js'
import { dataSetOf, dataShape, dataSets, type DataConfig, type ImagesConfig } from './data.js'
import type { Dataset, ImageDataset } from './loaded-data.js'
import { pixelStatistics, type Normalization } from './pixel-statistics.js'
import type { DataWork } from './progress.js'
import type { Splits } from './split.js'
import { drawPerClass } from './subset.js'

/**
 * Reads the data of an experiment.
 *
 * @param normalization the pixels that one mean and deviation covers
 * @param work the listeners for image files, which are decoded the first time
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE; INVALID_CONFIG if `perClass` is more than a class has;
 *   image files also WRITE_FAILED, INTERRUPTED
 */
export async function loadData(
  config: ImagesConfig,
  seed: number,
  normalization?: Normalization,
  work?: DataWork,
): Promise<ImageDataset>
export async function loadData(
  config: DataConfig,
  seed: number,
  normalization?: Normalization,
  work?: DataWork,
): Promise<Dataset>
export async function loadData(
  config: DataConfig,
  seed: number,
  normalization: Normalization = 'scalar',
  work: DataWork = {},
): Promise<Dataset> {
  if (config.type === 'tokens') return { ...dataShape(config), ...(await dataSets.tokens.read(config, seed, work)) }
  const { inputShape, classes } = dataShape(config)
  const { train, test, ...names } = await readSplits(config, seed, work)
  const { mean, deviation } = pixelStatistics(train.images, inputShape, normalization)
  const flat = deviation.indexOf(0)
  if (flat !== -1) {
    const where = normalization === 'channel' ? ` of channel ${flat}` : ''
    const message = `data of type ${config.type}: all training pixels${where} are ${mean[flat]!}; expected images with different pixels`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const perClass = 'perClass' in config ? config.perClass : null
  const subset = perClass === null ? train : drawPerClass(train, classes, perClass, seed)
  return { inputShape, classes, mean, deviation, train: subset, test, ...names }
}

/** Reads all images of a data set. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
export async function readSplits(config: ImagesConfig, seed: number, work: DataWork = {}): Promise<Splits> {
  return dataSetOf(config).read(config, seed, work)
}
