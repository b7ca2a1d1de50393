// A custom residual network on CIFAR-10, with the paper's augmentation, weight decay and a validation split.
//
//   npx layer-rotation run examples/own-network.ts epochs=5
import {
  cifar10,
  conv,
  dense,
  experiment,
  globalAveragePool,
  l2,
  network,
  relu,
  residual,
  sgd,
  steps,
} from 'layer-rotation'

export default experiment({
  name: 'own-network',
  data: cifar10(),
  augmentation: { shift: 4, flip: true },
  validation: { share: 0.1 },
  model: network({
    layers: [
      conv({ name: 'conv0', filters: 16, kernel: 3, padding: 'same' }),
      residual({
        name: 'block',
        layers: [relu({ name: 'relu' }), conv({ name: 'conv1', filters: 16, kernel: 3, padding: 'same' })],
        shortcut: [],
      }),
      globalAveragePool({ name: 'pool' }),
      dense({ name: 'dense', units: 10 }),
    ],
  }),
  optimizer: sgd({ momentum: 0.9, nesterov: true }),
  regularization: l2(5e-4, { except: ['dense'] }),
  learningRate: steps(0.05, { at: [20], factor: 0.1 }),
  epochs: 30,
  batchSize: 128,
  precision: 'bf16',
})
