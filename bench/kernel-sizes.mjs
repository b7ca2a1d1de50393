import { monitoredLayers, stateShapes, wideResnet28x10 } from 'layer-rotation'

/**
 * The neurons of each layer of a network on images of CIFAR's size, and the weights of one, in forward order.
 * @param {readonly import('layer-rotation').LayerSpec[]} layers
 * @returns {[neurons: number, weights: number][]}
 */
export function kernelMatrices(layers) {
  const shapes = stateShapes(layers, [3, 32, 32])
  return monitoredLayers(layers).map((layer) => {
    const [neurons = 0, ...rest] = shapes.get(`${layer}.weight`)?.shape ?? []
    return [neurons, rest.reduce((product, n) => product * n, 1)]
  })
}

/**
 * The number of weights of each layer of such a network.
 * @param {readonly import('layer-rotation').LayerSpec[]} layers
 */
export const kernelSizes = (layers) => kernelMatrices(layers).map(([neurons, weights]) => neurons * weights)

/** The layer sizes of the WRN-28-10 that the paper trains on CIFAR-100: 29 layers, 36,518,832 parameters. */
export const wideResNetSizes = kernelSizes(wideResnet28x10().layers)
