// Trains the same network by plain SGD and by Layca, for 20 epochs each, and compares how far its layers turn and how well it
// does on the test images. This is a script; after `npm install layer-rotation` any TypeScript runner can run it:
//
//   npx jiti examples/compare-with-sgd.ts

import { constant, experiment, layca, mlp, mnist, sgd, steps, train } from 'layer-rotation'

const contenders = [
  { name: 'sgd', optimizer: sgd(), learningRate: constant(0.1) },
  { name: 'layca', optimizer: layca(sgd()), learningRate: steps(3 ** -2, { at: [15], factor: 1 / 5 }) },
]

for (const contender of contenders) {
  const config = experiment({
    ...contender,
    data: mnist({ perClass: 1000 }),
    model: mlp({ hidden: [784], batchNorm: true }),
    epochs: 20,
    batchSize: 2048,
  })
  const run = await train(config, {
    onEpochEnd: ({ epoch, test, rotation }) =>
      console.log(
        `${config.name}  epoch ${epoch}  test ${(100 * (test?.accuracy ?? NaN)).toFixed(2)} %  rotation ${rotation.mean.toFixed(3)}`,
      ),
  })
  for (const layer of run.rotation.layers) {
    console.log(
      `${config.name}  ${layer} turned to a cosine distance of ${run.rotation.layer(layer).at(-1)?.toFixed(3)}`,
    )
  }
}
