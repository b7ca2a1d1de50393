import { LayerRotationError } from '../errors.js'
import type { ImageDataset } from '../data/loaded-data.js'
import type { DataWork } from '../data/progress.js'
import { preprocessingOf, readData } from '../train/prepare.js'
import type { Preprocessing } from '../run/preprocessing.js'
import type { ModelSource } from './model-source.js'

/**
 * Returns the statistics of the images that trained a model: those that its weights carry, or else those of its training
 * images.
 *
 * @param read the data of the model's experiment if they have been read
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE if neither is there
 */
export async function trainingStatistics(
  { preprocessing, trained, config, file, explained }: ModelSource,
  work: DataWork,
  read?: ImageDataset,
): Promise<Preprocessing> {
  if (preprocessing !== null) return preprocessing
  const isSame = read !== undefined && JSON.stringify(trained.data) === JSON.stringify(config.data)
  try {
    const data = isSame ? read : await readData(trained, work, [])
    if (!('mean' in data)) throw new LayerRotationError('INVALID_CONFIG', 'the experiment has tokens; expected images')
    work.onNote?.(
      `${file}: mean and deviation of the training images are not in the file; those of the experiment's data are used`,
    )
    return preprocessingOf(data, data.classNames)
  } catch (error) {
    if (!(error instanceof LayerRotationError) || isSame) throw explained(error)
    const message = `${file} has no mean and deviation of the training images, and these cannot be read: ${error.message}`
    throw explained(new LayerRotationError(error.code, message, { cause: error }))
  }
}
