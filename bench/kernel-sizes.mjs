import { monitoredLayers, stateShapes, wideResnet28x10 } from 'layer-rotation'

/**
 * The number of weights of each layer of a network on images of CIFAR's size, in forward order.
 * @param {readonly import('layer-rotation').LayerSpec[]} layers
 */
export function kernelSizes(layers) {
  const shapes = stateShapes(layers, [3, 32, 32])
  return monitoredLayers(layers).map((layer) =>
    (shapes.get(`${layer}.weight`)?.shape ?? []).reduce((product, n) => product * n, 1),
  )
}

/** The layer sizes of the WRN-28-10 that the paper trains on CIFAR-100: 29 layers, 36,518,832 parameters. */
export const wideResNetSizes = kernelSizes(wideResnet28x10().layers)
