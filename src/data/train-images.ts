import { dataShape, type DataConfig } from './data.js'
import { publishedSets } from './catalog/published-sets.js'

/** How many images train or validate, as far as that is known without reading a file. */
export function trainImages(config: DataConfig): number | undefined {
  if (config.type === 'synthetic') return config.train
  if ('perClass' in config && config.perClass !== null) return config.perClass * dataShape(config).classes
  return Object.values(publishedSets).find((set) => set.config.type === config.type)?.images.train
}
