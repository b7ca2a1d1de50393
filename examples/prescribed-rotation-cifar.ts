// Drives all layers of the 13-layer VGG of `cifar10-fast` to a rotation of 0.6, and the last one to 0.2, in 12 epochs. docs/rules.md
// shows the figure. It needs `npx layer-rotation data get cifar-10` and takes four minutes on two cores.
//
//   npx layer-rotation run examples/prescribed-rotation-cifar.ts
//   npx layer-rotation report runs/prescribed-rotation-cifar/*

import { cifar10, experiment, layca, rotateTo, sgd, vgg25 } from 'layer-rotation'

const epochs = 12
const towards = (end: number) => ({ rotation: (epoch: number) => end * (1 - (1 - epoch / epochs) ** 2), epochs })

export default experiment({
  name: 'prescribed-rotation-cifar',
  data: cifar10(),
  model: vgg25({ width: 16, convolutionsPerStage: 3 }),
  optimizer: layca(sgd()),
  learningRate: rotateTo(towards(0.6), { layers: { dense: towards(0.2) } }),
  epochs,
  batchSize: 128,
  precision: 'bf16',
})
