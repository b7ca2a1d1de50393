import type { LayersOptions, NativeLayers } from '../../../src/native/contract.js'
import { createLayers } from '../../../src/native/load.js'
import type { OptimizerConfig } from '../../../src/optimizer/optimizer.js'
import { testDevice } from '../../support/device.js'

/** Layers without a network under `optimizer`, on one thread and on this package's own kernels unless said otherwise. */
export const layersUnder = (
  optimizer: OptimizerConfig,
  weights: Float32Array[],
  options: Partial<LayersOptions> = {},
): Promise<NativeLayers> =>
  createLayers(weights, { optimizer, preferAten: false, threads: 1, device: testDevice, ...options })

export const weightsOf = async (layers: NativeLayers): Promise<Float32Array[]> =>
  (await layers.weights()).map(({ data }) => data)
