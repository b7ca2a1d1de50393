import {
  averagePool,
  batchNorm,
  conv,
  dense,
  flatten,
  gelu,
  globalAveragePool,
  groupNorm,
  layerNorm,
  leakyRelu,
  maxPool,
  relu,
  residual,
} from '../../../src/model/layers.js'
import type { ImageModel } from './image-model.js'

const convolution = (name: string, filters: number, options: Partial<Parameters<typeof conv>[0]> = {}) =>
  conv({ kernel: 3, padding: 'same', bias: false, ...options, name, filters })

/** A residual network: an identity, a projection with a stride, a pre-activation and a nested sum. */
export const residualNet: ImageModel = {
  inputShape: [3, 8, 8],
  layers: [
    convolution('stem', 4),
    batchNorm({ name: 'stem_norm' }),
    relu({ name: 'stem_relu' }),
    residual({
      name: 'block0',
      layers: [
        convolution('block0.conv1', 4),
        batchNorm({ name: 'block0.norm1' }),
        relu({ name: 'block0.relu' }),
        convolution('block0.conv2', 4),
        batchNorm({ name: 'block0.norm2', runningVariance: 'unbiased' }),
      ],
    }),
    relu({ name: 'relu0' }),
    residual({
      name: 'block1',
      layers: [
        convolution('block1.conv1', 6, { stride: 2 }),
        batchNorm({ name: 'block1.norm1' }),
        relu({ name: 'block1.relu' }),
        convolution('block1.conv2', 6),
        batchNorm({ name: 'block1.norm2' }),
      ],
      shortcut: [convolution('block1.shortcut', 6, { kernel: 1, stride: 2 }), batchNorm({ name: 'block1.norm3' })],
    }),
    relu({ name: 'relu1' }),
    residual({
      name: 'block2',
      layers: [
        batchNorm({ name: 'block2.norm' }),
        relu({ name: 'block2.relu' }),
        residual({
          name: 'block2.inner',
          layers: [convolution('block2.inner.conv', 6, { padding: 1, bias: true })],
          shortcut: [convolution('block2.inner.shortcut', 6, { kernel: 1 })],
        }),
        relu({ name: 'block2.inner.relu' }),
      ],
    }),
    averagePool({ name: 'pool', size: 2 }),
    flatten({ name: 'flatten' }),
    dense({ name: 'head', units: 5 }),
  ],
}

/** Convolution, ReLU, batch norm as in the paper's VGG; then the other norms, activations and pools. */
export const plainNet: ImageModel = {
  inputShape: [2, 9, 7],
  layers: [
    convolution('conv0', 4),
    relu({ name: 'relu0' }),
    batchNorm({ name: 'norm0', scale: false, shift: false }),
    maxPool({ name: 'pool0', size: 2 }),
    convolution('conv1', 6, { groups: 2, bias: true }),
    groupNorm({ name: 'norm1', groups: 3 }),
    leakyRelu({ name: 'relu1', slope: 0.2 }),
    averagePool({ name: 'pool1', size: 3, stride: 2, padding: 'same' }),
    layerNorm({ name: 'norm2' }),
    gelu({ name: 'gelu2' }),
    convolution('conv3', 4, { kernel: 2, padding: 'valid' }),
    gelu({ name: 'gelu3', approximation: 'tanh' }),
    globalAveragePool({ name: 'pool2' }),
    layerNorm({ name: 'norm3', scale: false }),
    dense({ name: 'hidden', units: 6 }),
    batchNorm({ name: 'norm4' }),
    relu({ name: 'relu4' }),
    dense({ name: 'head', units: 4, bias: false }),
  ],
}
