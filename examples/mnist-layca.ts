// The paper's perceptron on MNIST at the largest of its four learning rates:
//
//   npx layer-rotation run examples/mnist-layca.ts
//   npx layer-rotation run examples/mnist-layca.ts learningRate.initial=0.037 --name second-try

import { experiment, layca, mlp, mnist, sgd, steps } from 'layer-rotation'

export default experiment({
  name: 'mnist-layca',
  data: mnist({ perClass: 1000 }),
  model: mlp({ hidden: [784], batchNorm: true }),
  optimizer: layca(sgd()),
  learningRate: steps(3 ** -2, { at: [90], factor: 1 / 5 }),
  epochs: 100,
  batchSize: 2048,
  seed: 1,
})
