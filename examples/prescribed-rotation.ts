// Drives each layer of the MNIST network along its own curve, the hidden one to a rotation of 0.4, the last one to 0.03, both
// ever more slowly. The learning rates follow from the curves; no schedule is needed.
//
//   npx layer-rotation run examples/prescribed-rotation.ts
//   npx layer-rotation report runs/prescribed-rotation/*

import { experiment, layca, mlp, mnist, rotateTo, sgd } from 'layer-rotation'

const epochs = 20
const towards = (end: number) => ({ rotation: (epoch: number) => end * (1 - (1 - epoch / epochs) ** 2), epochs })

export default experiment({
  name: 'prescribed-rotation',
  data: mnist({ perClass: 1000 }),
  model: mlp({ hidden: [784], batchNorm: true }),
  optimizer: layca(sgd()),
  learningRate: rotateTo(towards(0.4), { layers: { dense1: towards(0.03) } }),
  epochs,
  batchSize: 2048,
})
