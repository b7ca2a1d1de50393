import { dataSetOf, dataShape, type DataConfig } from './data.js'

/** Returns the number of images that train or validate; undefined if only the files tell it. */
export function trainImages(config: DataConfig): number | undefined {
  if ('perClass' in config && config.perClass !== null) return config.perClass * dataShape(config).classes
  return dataSetOf(config).images(config)?.train
}
