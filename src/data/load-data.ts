import type { DataConfig } from './data.js'
import type { Dataset } from './dataset.js'
import { loadMnist } from './mnist.js'

/** Reads the data of an experiment. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, INVALID_CONFIG */
export function loadData(config: DataConfig, seed: number): Promise<Dataset> {
  switch (config.type) {
    case 'mnist':
      return loadMnist(config, seed)
  }
}
