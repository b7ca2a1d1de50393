// Tests whether the angles or the directions of the steps make the difference of adaptive methods. Adam trains first, then SGD
// under Layca turns every layer at every step by Adam's angle (section 5.2 of arXiv 1806.01603v2). This is a script:
//
//   npx jiti examples/replay-adam.ts

import { adam, constant, experiment, layca, mlp, mnist, replay, sgd, train } from 'layer-rotation'

const common = {
  data: mnist({ perClass: 1000 }),
  model: mlp({ hidden: [784], batchNorm: true }),
  epochs: 20,
  batchSize: 2048,
  record: { steps: 1 },
} as const

const adaptive = await train(
  experiment({ ...common, name: 'adam', optimizer: adam(), learningRate: constant(3 ** -6) }),
)
const replayed = await train(
  experiment({ ...common, name: 'adam-replayed', optimizer: layca(sgd()), learningRate: replay(adaptive.folder) }),
)

for (const { config, metrics, rotation } of [adaptive, replayed]) {
  const { trainAccuracy = NaN, testAccuracy } = metrics.at(-1) ?? {}
  console.log(
    `${config.name}  train ${(100 * trainAccuracy).toFixed(2)} %  test ${(100 * (testAccuracy ?? NaN)).toFixed(2)} %  ` +
      `dense0 turned to ${rotation.layer('dense0').at(-1)?.toFixed(3)}`,
  )
}
